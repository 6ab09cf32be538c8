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
record VariantMeasurement(
    String slot, String file, double value, Optional<MediaReport.Sound> sound) {

  /** The slot's variants that have such a figure, in their order. */
  static List<VariantMeasurement> of(
      Bundle bundle,
      String slot,
      Map<String, Inspection> inspections,
      Function<MediaReport, OptionalDouble> figure) {
    List<VariantMeasurement> all = new ArrayList<>();
    for (int variant : bundle.variants(slot)) {
      String file = Bundle.file(slot, variant);
      if (inspections.get(file) instanceof Inspection.Decoded decoded) {
        figure
            .apply(decoded.report())
            .ifPresent(
                value ->
                    all.add(new VariantMeasurement(slot, file, value, decoded.report().sound())));
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
  static OptionalDouble median(List<VariantMeasurement> all) {
    double[] values = all.stream().mapToDouble(VariantMeasurement::value).sorted().toArray();
    int n = values.length;
    return n == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((values[(n - 1) / 2] + values[n / 2]) / 2);
  }
}
