package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.schemas.render.Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * One variant's figure.
 *
 * @param value what was asked for: seconds, or LUFS
 */
record Figure(String slot, String file, double value, Optional<MediaReport.Sound> sound) {

  /** The slot's variants that have such a figure, in their order. */
  static List<Figure> of(
      Bundle bundle,
      String slot,
      Map<String, Look> looks,
      Function<MediaReport, OptionalDouble> figure) {
    List<Figure> all = new ArrayList<>();
    for (int variant : bundle.variants(slot)) {
      String file = Bundle.file(slot, variant);
      if (looks.get(file) instanceof Look.Seen seen) {
        figure
            .apply(seen.report())
            .ifPresent(value -> all.add(new Figure(slot, file, value, seen.report().sound())));
      }
    }
    return all;
  }

  static OptionalDouble pictureSeconds(MediaReport report) {
    return report.picture().stream().mapToDouble(MediaReport.Picture::seconds).findFirst();
  }

  static OptionalDouble soundSeconds(MediaReport report) {
    return report.sound().stream().mapToDouble(MediaReport.Sound::seconds).findFirst();
  }

  static OptionalDouble loudness(MediaReport report) {
    return report.sound().stream()
        .mapToDouble(MediaReport.Sound::loudness)
        .filter(value -> !Double.isNaN(value))
        .findFirst();
  }

  /** The mean of the two in the middle where their number is even. */
  static OptionalDouble median(List<Figure> all) {
    double[] values = all.stream().mapToDouble(Figure::value).sorted().toArray();
    int n = values.length;
    return n == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((values[(n - 1) / 2] + values[n / 2]) / 2);
  }
}
