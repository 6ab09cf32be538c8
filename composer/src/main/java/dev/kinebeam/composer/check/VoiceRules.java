package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport.Sound;
import dev.kinebeam.schemas.render.Bundle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** How loud the voices are, and whether they end before their pictures do. */
final class VoiceRules {
  /** In dBTP; AAC at the listener may overshoot by as much. */
  static final double HIGHEST_PEAK = -1;

  /** In LU between the variants of a slot. */
  static final double WIDEST_SPREAD = 2;

  /** An encoder's padding. */
  private static final double OVERHANG_TOLERATED = 0.1;

  private VoiceRules() {}

  static void check(Bundle bundle, Map<String, Inspection> inspections, FindingCollector findings) {
    for (String slot : bundle.slots().keySet()) {
      if (slot.endsWith("-vo")) {
        peaks(
            VariantMeasurement.of(bundle, slot, inspections, VariantMeasurement::soundSeconds),
            findings);
        spread(
            slot,
            VariantMeasurement.of(bundle, slot, inspections, VariantMeasurement::loudness),
            findings);
      }
    }
    for (String language : bundle.manifest().languages()) {
      for (String part : Bundle.FRAMING) {
        overhang(bundle, language, part, inspections, findings);
      }
    }
  }

  private static void peaks(List<VariantMeasurement> voices, FindingCollector findings) {
    for (VariantMeasurement voice : voices) {
      double peak = voice.sound().map(Sound::truePeak).orElse(Double.NEGATIVE_INFINITY);
      if (peak > HIGHEST_PEAK) {
        findings.add(
            voice.file(),
            Finding.warning(
                "peak",
                String.format(
                    Locale.ROOT,
                    "peaks at %.1f dBTP, above %.0f: lower it by %.1f dB or it may crackle",
                    peak,
                    HIGHEST_PEAK,
                    peak - HIGHEST_PEAK)));
      }
    }
  }

  private static void spread(
      String slot, List<VariantMeasurement> voices, FindingCollector findings) {
    double lowest = voices.stream().mapToDouble(VariantMeasurement::value).min().orElse(0);
    double highest = voices.stream().mapToDouble(VariantMeasurement::value).max().orElse(0);
    OptionalDouble middle = VariantMeasurement.median(voices);
    if (highest - lowest <= WIDEST_SPREAD || middle.isEmpty()) {
      return;
    }
    for (VariantMeasurement voice : voices) {
      double off = voice.value() - middle.getAsDouble();
      if (Math.abs(off) >= WIDEST_SPREAD / 2) {
        findings.add(
            voice.file(),
            Finding.warning(
                "loudness",
                String.format(
                    Locale.ROOT,
                    "has %.1f LUFS, %.1f LU %s than the middle variant; the variants of %s lie %.1f"
                        + " LU apart: bring them within %.0f",
                    voice.value(),
                    Math.abs(off),
                    off > 0 ? "louder" : "quieter",
                    slot,
                    highest - lowest,
                    WIDEST_SPREAD)));
      }
    }
  }

  private static void overhang(
      Bundle bundle,
      String language,
      String part,
      Map<String, Inspection> inspections,
      FindingCollector findings) {
    List<VariantMeasurement> videos =
        VariantMeasurement.of(
            bundle, Bundle.framingVideo(part), inspections, VariantMeasurement::pictureSeconds);
    VariantMeasurement shortest =
        videos.stream().min((a, b) -> Double.compare(a.value(), b.value())).orElse(null);
    if (shortest == null) {
      return;
    }
    String slot = Bundle.framingVoiceOver(language, part);
    for (VariantMeasurement voice :
        VariantMeasurement.of(bundle, slot, inspections, VariantMeasurement::soundSeconds)) {
      double heard = voice.sound().map(Sound::heardUntil).orElse(0.0);
      if (heard > shortest.value() + OVERHANG_TOLERATED) {
        findings.add(
            voice.file(),
            Finding.warning(
                "cut_off",
                String.format(
                    Locale.ROOT,
                    "is heard until %.2f s and %s ends at %.2f s: under that video it is cut off;"
                        + " record a shorter voice or film a longer video",
                    heard,
                    shortest.file(),
                    shortest.value())));
      }
    }
  }
}
