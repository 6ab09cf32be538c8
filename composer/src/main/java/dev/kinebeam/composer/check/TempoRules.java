package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport.Sound;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Whether voice-overs count as fast as the repetitions are shown. Picks are independent, so every
 * voice-over of a side must suit every video of it: all are compared with the side's middle block.
 */
final class TempoRules {
  /** The filming agreement's own. */
  static final double DRIFT_TOLERATED = 0.005;

  private TempoRules() {}

  static void check(Bundle bundle, Map<String, Inspection> inspections, FindingCollector findings) {
    for (String side : bundle.manifest().sides()) {
      List<VariantMeasurement> blocks =
          VariantMeasurement.of(
              bundle, Bundle.repVideo(side), inspections, VariantMeasurement::pictureSeconds);
      OptionalDouble middle = VariantMeasurement.median(blocks);
      if (middle.isEmpty()) {
        continue;
      }
      double block = middle.getAsDouble();
      for (VariantMeasurement video : blocks) {
        double drift = video.value() / block - 1;
        if (Math.abs(drift) > DRIFT_TOLERATED) {
          findings.add(
              video.file(),
              Finding.warning(
                  "tempo",
                  String.format(
                      Locale.ROOT,
                      "lasts %.2f s and the side's middle block %.2f s (%+.1f %%): the counts will"
                          + " miss its repetitions; film all variants at one tempo",
                      video.value(),
                      block,
                      100 * drift)));
        }
      }
      for (String language : bundle.manifest().languages()) {
        String slot = Bundle.repVoiceOver(language, side);
        for (VariantMeasurement voice :
            VariantMeasurement.of(bundle, slot, inspections, VariantMeasurement::soundSeconds)) {
          voiceOver(bundle.manifest(), side, block, voice, findings);
        }
      }
    }
  }

  private static void voiceOver(
      Manifest manifest,
      String side,
      double block,
      VariantMeasurement voice,
      FindingCollector findings) {
    int counts = manifest.countsPerAudioMaster();
    double rep = block / manifest.repsPerVideoBlock();
    double heard = voice.sound().map(Sound::heardUntil).orElse(0.0) / rep;
    if (heard < counts - 1.5) {
      findings.add(
          voice.file(),
          Finding.error(
              "counts_missing",
              String.format(
                  Locale.ROOT,
                  "(slot %s) is heard for %.2f s, about %d counts at the tempo of rep-%s-video, and"
                      + " the manifest says %d: longer sets would fall silent; record all %d, or"
                      + " correct counts_per_audio_master",
                  voice.slot(),
                  heard * rep,
                  (int) Math.ceil(Math.max(0, heard - 0.25)),
                  side,
                  counts,
                  counts)));
      return;
    }
    if (heard < counts - 1) {
      findings.add(
          voice.file(),
          Finding.warning(
              "counts_missing",
              String.format(
                  Locale.ROOT,
                  "falls silent after %.2f s, before count %d would begin; is the last one there?",
                  heard * rep,
                  counts)));
    }
    double expected = rep * counts;
    double drift = voice.value() / expected - 1;
    if (Math.abs(drift) > DRIFT_TOLERATED) {
      findings.add(
          voice.file(),
          Finding.warning(
              "tempo",
              String.format(
                  Locale.ROOT,
                  "lasts %.2f s and %d repetitions as filmed (rep-%s-video) %.2f s, %+.1f %%: the"
                      + " counts will drift off; cut it there or record it at the video's tempo",
                  voice.value(),
                  counts,
                  side,
                  expected,
                  100 * drift)));
    }
  }
}
