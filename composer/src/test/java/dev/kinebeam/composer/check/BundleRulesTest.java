package dev.kinebeam.composer.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.libav.MediaReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reported of bundles, from what was read of their files. */
class BundleRulesTest {
  private static final double BLOCK = 17.5;
  private static final double COUNTED = 70;

  private final Map<String, Inspection> inspections = new TreeMap<>();
  private String manifest =
      """
      {"exercise":"squats","reps_per_video_block":5,"counts_per_audio_master":20,
       "sides":["left","right"],"languages":["ro"]}
      """;

  /** A bundle at which there is nothing to find. */
  @BeforeEach
  void faultless() {
    for (int variant = 1; variant <= 3; variant++) {
      for (String part : List.of("intro", "pauza", "outro")) {
        inspections.put(part + "-video-" + variant + ".mp4", video(10));
        inspections.put("audio/ro/" + part + "-vo-" + variant + ".mp3", voice(10, 9.5, -18, -3));
      }
      for (String side : List.of("left", "right")) {
        inspections.put("rep-" + side + "-video-" + variant + ".mp4", video(BLOCK));
        inspections.put(
            "audio/ro/rep-" + side + "-vo-" + variant + ".mp3", voice(COUNTED, 68, -18, -3));
      }
    }
  }

  private static Inspection video(double seconds) {
    return video(seconds, 30);
  }

  private static Inspection video(double seconds, double fps) {
    return new Inspection.Decoded(
        new MediaReport(
            "mov,mp4,m4a",
            Optional.of(
                new MediaReport.Picture(
                    "h264", 1920, 1080, fps, Math.round(seconds * fps), seconds, true, false)),
            Optional.of(new MediaReport.Sound("aac", 48_000, 2, seconds, seconds, -40, -20))),
        Double.toString(Math.random()));
  }

  private static Inspection voice(double seconds, double heardUntil, double loudness, double peak) {
    return new Inspection.Decoded(
        new MediaReport(
            "mp3",
            Optional.empty(),
            Optional.of(
                new MediaReport.Sound("mp3", 44_100, 2, seconds, heardUntil, loudness, peak))),
        Double.toString(Math.random()));
  }

  private CheckResult judge() {
    List<String> files = new java.util.ArrayList<>(inspections.keySet());
    files.add("manifest.json");
    return judge(files);
  }

  private CheckResult judge(List<String> files) {
    return BundleRules.judge(
        "there",
        "squats",
        Optional.of(manifest.getBytes(StandardCharsets.UTF_8)),
        files,
        inspections);
  }

  private static FileRow row(CheckResult result, String file) {
    return result.rows().stream().filter(r -> r.file().equals(file)).findFirst().orElseThrow();
  }

  /** The only row that is not in order. */
  private FileRow only() {
    List<FileRow> bad = judge().rows().stream().filter(row -> row.level() != Severity.OK).toList();
    assertThat(bad).hasSize(1);
    return bad.get(0);
  }

  @Test
  void nothingIsFoundWhereNothingIs() {
    CheckResult result = judge();
    assertThat(result.rows()).hasSize(31).allMatch(row -> row.level() == Severity.OK);
    assertThat(result.isUsable()).isTrue();
  }

  @Test
  void aManifestThatSaysMoreCountsThanWereRecordedNamesFileAndSlot() {
    inspections.put("audio/ro/rep-left-vo-2.mp3", voice(42, 41.2, -18, -3));
    FileRow row = only();
    assertThat(row.file()).isEqualTo("audio/ro/rep-left-vo-2.mp3");
    assertThat(row.level()).isEqualTo(Severity.ERROR);
    assertThat(row.findings().get(0).code()).isEqualTo("counts_missing");
    assertThat(row.findings().get(0).message())
        .contains("slot audio/ro/rep-left-vo", "about 12 counts", "manifest says 20");
  }

  @Test
  void aFileNamedLikeAPrimitiveButForItsEndingIsToBeExported() {
    List<String> files = new java.util.ArrayList<>(inspections.keySet());
    files.addAll(
        List.of(
            "manifest.json",
            "intro-video-4.mxf",
            "rep-left-video-4.MP4",
            "audio/ro/intro-vo-4.wav",
            "poza.jpg"));
    CheckResult result = judge(files);
    assertThat(row(result, "intro-video-4.mxf").findings().get(0).message())
        .isEqualTo("fits no slot: a slot's video ends in .mp4; export it as MP4 (H.264)");
    assertThat(row(result, "rep-left-video-4.MP4").findings().get(0).message())
        .endsWith("a slot's video ends in .mp4; write its ending in lower case");
    assertThat(row(result, "audio/ro/intro-vo-4.wav").findings().get(0).message())
        .endsWith("a slot's voice-over ends in .mp3; export it as MP3");
    assertThat(row(result, "poza.jpg").findings().get(0).message()).contains("no render plays it");
  }

  @Test
  void silenceDoesNotStandForCounts() {
    inspections.put("audio/ro/rep-left-vo-2.mp3", voice(COUNTED, 41.2, -18, -3));
    assertThat(only().findings().get(0).message()).contains("about 12 counts");
  }

  @Test
  void aVoiceThatCountsSlowerThanTheBodyMovesIsWarnedOfAboveHalfAPercent() {
    inspections.put("audio/ro/rep-right-vo-1.mp3", voice(COUNTED * 1.0049, 68, -18, -3));
    assertThat(judge().count(Severity.WARN)).isZero();
    inspections.put("audio/ro/rep-right-vo-1.mp3", voice(COUNTED * 1.006, 68, -18, -3));
    FileRow row = only();
    assertThat(row.level()).isEqualTo(Severity.WARN);
    assertThat(row.findings().get(0).message()).contains("70.42 s", "70.00 s", "+0.6 %");
  }

  @Test
  void aBlockOfAnotherTempoIsWarnedOf() {
    inspections.put("rep-left-video-3.mp4", video(17.8));
    assertThat(only().findings().get(0).code()).isEqualTo("tempo");
  }

  @Test
  void peaksAndSpreadAreWarnedOf() {
    inspections.put("audio/ro/intro-vo-1.mp3", voice(10, 9.5, -18, -0.4));
    assertThat(only().findings().get(0).message()).contains("-0.4 dBTP", "lower it by 0.6 dB");
    inspections.put("audio/ro/intro-vo-1.mp3", voice(10, 9.5, -20.5, -3));
    assertThat(only().findings().get(0).message()).contains("2.5 LU quieter");
    inspections.put("audio/ro/intro-vo-1.mp3", voice(10, 9.5, -20, -3));
    assertThat(judge().count(Severity.WARN)).isZero();
  }

  @Test
  void aVoiceIsComparedWithTheShortestVideoItMayMeet() {
    inspections.put("pauza-video-2.mp4", video(9));
    CheckResult result = judge();
    assertThat(result.count(Severity.WARN)).isEqualTo(3);
    assertThat(row(result, "audio/ro/pauza-vo-3.mp3").findings().get(0).message())
        .contains("heard until 9.50 s", "pauza-video-2.mp4 ends at 9.00 s");
  }

  @Test
  void aVideoOfAnotherRateIsWarnedOf() {
    inspections.put("intro-video-1.mp4", video(10, 25));
    assertThat(only().findings().get(0).message()).contains("25 fps", "30 fps");
  }

  @Test
  void everySlotOfEveryLanguageIsAskedFor() {
    manifest = manifest.replace("[\"ro\"]", "[\"ro\",\"en\"]");
    CheckResult result = judge();
    assertThat(result.count(Severity.ERROR)).isEqualTo(5);
    assertThat(row(result, "audio/en/rep-left-vo-1.mp3").findings().get(0).message())
        .contains("counts, side left, en is missing");
  }

  @Test
  void gapsStrangersAndForeignLanguagesAreWarnedOf() {
    inspections.remove("outro-video-2.mp4");
    inspections.put("audio/fr/intro-vo-1.mp3", voice(10, 9.5, -18, -3));
    inspections.put("rep-up-video-1.mp4", video(BLOCK));
    List<String> files = new java.util.ArrayList<>(inspections.keySet());
    files.add("manifest.json");
    files.add("Intro final.mp4");
    CheckResult result = judge(files);
    assertThat(result.count(Severity.ERROR)).isZero();
    assertThat(row(result, "outro-video-2.mp4").findings().get(0).code())
        .isEqualTo("variant_missing");
    assertThat(row(result, "audio/fr/intro-vo-1.mp3").findings().get(0).message())
        .contains("languages are [ro]");
    assertThat(row(result, "rep-up-video-1.mp4").findings().get(0).message())
        .contains("sides are [left, right]");
    assertThat(row(result, "Intro final.mp4").level()).isEqualTo(Severity.WARN);
  }

  @Test
  void theManifestIsHeldToItsSchemaAndToItsPlace() {
    manifest = manifest.replace("squats", "lunges");
    assertThat(only().findings().get(0).message()).contains("lunges", "squats");
    manifest = manifest.replace("lunges", "../squats");
    assertThat(row(judge(), "manifest.json").findings().get(0).message())
        .contains("exercise is ../squats");
    manifest = manifest.replace("../squats", "squats").replace(":20,", ":21,");
    assertThat(row(judge(), "manifest.json").findings().get(0).message())
        .contains("counts_per_audio_master is 21");
    manifest = "{\"exercise\":";
    assertThat(row(judge(), "manifest.json").findings().get(0).code())
        .isEqualTo("manifest_not_json");
  }

  @Test
  void anUnknownFieldGivesAWarning() {
    manifest = manifest.replace("\"sides\"", "\"gains\":{\"voice_ower\":2},\"side\":1,\"sides\"");
    FileRow row = only();
    assertThat(row.level()).isEqualTo(Severity.WARN);
    assertThat(row.findings())
        .extracting(Finding::message)
        .anyMatch(m -> m.startsWith("gains.voice_ower"))
        .anyMatch(m -> m.startsWith("side is not a field"));
  }
}
