package dev.kinebeam.composer.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.schemas.Json;

/** A result for programs. */
public final class CheckJson {
  private CheckJson() {}

  public static ObjectNode of(CheckResult result) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("bundle", result.place());
    json.put("usable", result.isUsable());
    json.put("errors", result.count(Severity.ERROR));
    json.put("warnings", result.count(Severity.WARN));
    var rows = json.putArray("files");
    for (FileRow row : result.rows()) {
      ObjectNode file = rows.addObject();
      file.put("file", row.file());
      if (!row.slot().isEmpty()) {
        file.put("slot", row.slot());
      }
      file.put("level", row.level().name());
      row.report().ifPresent(report -> media(report, file));
      var findings = file.putArray("findings");
      for (Finding finding : row.findings()) {
        findings
            .addObject()
            .put("level", finding.level().name())
            .put("code", finding.code())
            .put("message", finding.message());
      }
    }
    return json;
  }

  private static void media(MediaReport report, ObjectNode file) {
    file.put("container", report.container());
    report
        .picture()
        .ifPresent(
            picture ->
                file.putObject("picture")
                    .put("codec", picture.codec())
                    .put("width", picture.width())
                    .put("height", picture.height())
                    .put("fps", rounded(picture.fps()))
                    .put("frames", picture.frames())
                    .put("seconds", rounded(picture.seconds()))
                    .put("constant_rate", picture.even())
                    .put("interlaced", picture.interlaced()));
    report
        .sound()
        .ifPresent(
            sound -> {
              ObjectNode track =
                  file.putObject("sound")
                      .put("codec", sound.codec())
                      .put("sample_rate", sound.rate())
                      .put("channels", sound.channels())
                      .put("seconds", rounded(sound.seconds()))
                      .put("heard_until_seconds", rounded(sound.heardUntil()))
                      .put("true_peak_dbtp", rounded(sound.truePeak()));
              if (Double.isNaN(sound.loudness())) {
                track.putNull("integrated_lufs");
              } else {
                track.put("integrated_lufs", rounded(sound.loudness()));
              }
            });
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
