package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.composer.libav.MediaReport.Picture;
import dev.kinebeam.composer.libav.MediaReport.Sound;
import dev.kinebeam.schemas.render.Bundle;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What each file is by itself, and whether the videos look alike. */
final class FormatRules {
  private static final double SILENT_PEAK = -60;
  private static final Pattern REMEDY = Pattern.compile("\\b(again|deliver|export|encode)\\b");
  private static final double MEASURABLE_SECONDS = 0.4;

  private FormatRules() {}

  static void check(Map<String, Inspection> inspections, FindingCollector findings) {
    Optional<String> usual = usualFormat(inspections);
    inspections.forEach(
        (file, inspection) -> {
          String slot = Bundle.primitive(file).map(Bundle.Primitive::slot).orElse("");
          if (inspection instanceof Inspection.Unusable unusable) {
            findings.add(
                file,
                Finding.error(
                    "unusable",
                    (slot.isEmpty() ? "" : "(slot " + slot + ") ")
                        + withRemedy(unusable.reason())));
          } else if (inspection instanceof Inspection.Unreachable unreachable) {
            findings.add(
                file,
                Finding.error(
                    "unreachable",
                    (slot.isEmpty() ? "" : "(slot " + slot + ") ") + unreachable.reason()));
          } else if (inspection instanceof Inspection.Decoded decoded && !slot.isEmpty()) {
            if (slot.endsWith("-vo")) {
              voiceOver(file, decoded.report(), findings);
            } else {
              video(file, decoded.report(), usual, findings);
            }
          }
        });
  }

  /** One instruction: most reasons say themselves what to do. */
  private static String withRemedy(String reason) {
    return REMEDY.matcher(reason).find() ? reason : reason + "; deliver it again";
  }

  private static void voiceOver(String file, MediaReport report, FindingCollector findings) {
    if (report.sound().isEmpty()) {
      findings.add(file, Finding.error("no_sound", "has no sound; deliver the voice-over again"));
      return;
    }
    Sound sound = report.sound().get();
    if (!sound.codec().equals("mp3")) {
      findings.add(
          file,
          Finding.warning("format", "holds " + sound.codec() + " and no MP3; encode it as MP3"));
    }
    if (sound.seconds() >= MEASURABLE_SECONDS && sound.truePeak() < SILENT_PEAK) {
      findings.add(
          file, Finding.warning("silent", "is silent; deliver it with the voice, or leave it out"));
    }
  }

  private static void video(
      String file, MediaReport report, Optional<String> usual, FindingCollector findings) {
    if (report.picture().isEmpty()) {
      findings.add(file, Finding.error("no_picture", "has no pictures; deliver the video again"));
      return;
    }
    Picture picture = report.picture().get();
    String format = format(picture);
    if (usual.isPresent() && !usual.get().equals(format)) {
      findings.add(
          file,
          Finding.warning(
              "other_format",
              "is "
                  + format
                  + " and most are "
                  + usual.get()
                  + ": it will look different; deliver it in the format of the others"));
    }
    if (!report.container().contains("mp4")) {
      findings.add(
          file,
          Finding.warning("format", "is a file of " + report.container() + "; deliver it as MP4"));
    }
    if (!picture.even()) {
      findings.add(
          file,
          Finding.warning(
              "uneven_rate", "has no constant frame rate; film or export it with a constant one"));
    }
    if (picture.interlaced()) {
      findings.add(file, Finding.warning("interlaced", "is interlaced; film it progressive"));
    }
    if (report.sound().isEmpty()) {
      missingTrack(file, findings);
    }
  }

  /** Framing may be silent by the agreement; the repetitions' breathing is wanted. */
  private static void missingTrack(String file, FindingCollector findings) {
    findings.add(
        file,
        file.startsWith("rep-")
            ? Finding.warning(
                "no_wild_track",
                "has no sound track, so no breathing is heard; deliver it with its sound")
            : Finding.remark("no_wild_track", "has no sound track"));
  }

  /** The format of most videos; empty when there are none. */
  private static Optional<String> usualFormat(Map<String, Inspection> inspections) {
    Map<String, Integer> formats = new HashMap<>();
    inspections.forEach(
        (file, inspection) -> {
          if (inspection instanceof Inspection.Decoded decoded
              && Bundle.primitive(file).isPresent()) {
            decoded.report().picture().ifPresent(p -> formats.merge(format(p), 1, Integer::sum));
          }
        });
    return formats.entrySet().stream()
        .max(
            Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .map(Map.Entry::getKey);
  }

  /** A frame rate that lies within the container's rounding of a whole one is that one. */
  static String format(Picture picture) {
    double whole = Math.rint(picture.fps());
    boolean isWhole = Math.abs(picture.fps() - whole) < 0.005;
    return String.format(
        Locale.ROOT,
        isWhole ? "%d×%d %.0f fps" : "%d×%d %.2f fps",
        picture.width(),
        picture.height(),
        picture.fps());
  }
}
