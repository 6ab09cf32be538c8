package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.schemas.Counted;
import java.util.Locale;

/** A result for people: a line for each file, and under it what to do. */
public final class CheckTable {
  private static final String COLUMNS = "%-5s  %-*s  %9s  %-19s  %-16s  %7s  %6s";

  private CheckTable() {}

  public static String of(CheckResult result) {
    int width = result.rows().stream().mapToInt(row -> row.file().length()).max().orElse(4);
    StringBuilder text = new StringBuilder();
    text.append(
        line(width, "", "file", "length", "pictures", "sound", "LUFS", "dBTP").stripTrailing());
    for (FileRow row : result.rows()) {
      text.append('\n').append(line(width, row).stripTrailing());
      for (Finding finding : row.findings()) {
        String mark = finding.level() == Severity.OK ? "" : finding.level() + ": ";
        text.append("\n         ").append(mark).append(finding.message());
      }
    }
    return text.append('\n').append(summary(result)).toString();
  }

  private static String summary(CheckResult result) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d with errors, %d with warnings, %d without either",
        result.place(),
        Counted.of(result.rows().size(), "file"),
        result.count(Severity.ERROR),
        result.count(Severity.WARN),
        result.count(Severity.OK));
  }

  private static String line(int width, FileRow row) {
    MediaReport report = row.report().orElse(null);
    MediaReport.Sound sound = report == null ? null : report.sound().orElse(null);
    MediaReport.Picture picture = report == null ? null : report.picture().orElse(null);
    boolean isVoice = row.slot().endsWith("-vo");
    return line(
        width,
        row.level().toString(),
        row.file(),
        report == null
            ? ""
            : number("%.2f s", picture != null ? picture.seconds() : sound.seconds()),
        picture == null ? "" : FormatRules.format(picture),
        sound == null ? "" : number("%.1f kHz", sound.rate() / 1000.0) + channels(sound.channels()),
        sound == null || !isVoice ? "" : loudness(sound.loudness()),
        sound == null || !isVoice ? "" : number("%.1f", sound.truePeak()));
  }

  private static String line(int width, String... cells) {
    return String.format(
        Locale.ROOT, COLUMNS.replace("*", Integer.toString(width)), (Object[]) cells);
  }

  private static String channels(int channels) {
    return switch (channels) {
      case 1 -> " mono";
      case 2 -> " stereo";
      default -> " " + channels + " ch";
    };
  }

  private static String loudness(double lufs) {
    return Double.isNaN(lufs) ? "–" : number("%.1f", lufs);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
