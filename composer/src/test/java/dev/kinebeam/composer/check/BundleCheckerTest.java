package dev.kinebeam.composer.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.BrokenMedia;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.VoiceOver;
import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, real decoders, real child processes. */
class BundleCheckerTest {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @TempDir Path folder;

  private static CheckResult check(Path bundle, MediaChildren children) throws IOException {
    return new BundleChecker(children, (done, all) -> {}).check(new FolderSource(bundle));
  }

  private static FileRow row(CheckResult result, String file) {
    return result.rows().stream().filter(r -> r.file().equals(file)).findFirst().orElseThrow();
  }

  private static void error(CheckResult result, String file, String... words) {
    FileRow row = row(result, file);
    assertThat(row.level()).as(file).isEqualTo(Severity.ERROR);
    assertThat(row.findings().get(0).message()).contains(words);
  }

  @Test
  void eachBrokenFileIsNamedWithItsSlotAndTheOthersAreStillLookedAt() throws IOException {
    Path bundle = SampleBundle.copyTo(folder.resolve(SampleExercise.SLUG));
    BrokenMedia.empty(bundle.resolve("audio/ro/intro-vo-1.mp3"));
    BrokenMedia.textPosingAsMp4(bundle.resolve("intro-video-1.mp4"));
    Files.writeString(
        bundle.resolve("pauza-video-1.mp4"),
        "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXTINF:1,\nhttp://169.254.169.254/\n");
    BrokenMedia.cutShort(
        SampleBundle.directory().resolve("rep-left-video-1.mp4"),
        bundle.resolve("rep-left-video-1.mp4"));
    SampleExercise sample = SampleExercise.small();
    VoiceOver whole = sample.voiceOver(Slot.REP_RIGHT, 1);
    float[] twelve = new float[whole.samples()];
    whole.tones().subList(0, 12).forEach(tone -> tone.addTo(twelve, VoiceOver.SAMPLE_RATE));
    Path lying = bundle.resolve("audio/ro/rep-right-vo-1.mp3");
    Files.delete(lying);
    MediaWriter.writeMp3(
        lying, new AudioFormat("libmp3lame", VoiceOver.SAMPLE_RATE, 2, 128_000), twelve);

    CheckResult result;
    try (MediaChildren children = MediaChildren.withDefaults()) {
      result = check(bundle, children);
    }
    error(result, "audio/ro/intro-vo-1.mp3", "slot audio/ro/intro-vo", "empty (0 bytes)");
    error(result, "intro-video-1.mp4", "slot intro-video", "is a text file and not a media file");
    error(result, "pauza-video-1.mp4", "slot pauza-video", "HLS playlist");
    error(result, "rep-left-video-1.mp4", "slot rep-left-video");
    error(result, "audio/ro/rep-right-vo-1.mp3", "slot audio/ro/rep-right-vo", "about 12 counts");
    assertThat(result.count(Severity.ERROR)).isEqualTo(5);
    assertThat(result.rows())
        .flatExtracting(FileRow::findings)
        .extracting(Finding::message)
        .noneMatch(message -> message.contains("again; ") || message.contains("again); "));
    assertThat(row(result, "outro-video-1.mp4").report()).isPresent();
    assertThat(row(result, "intro-video-2.mp4").findings())
        .extracting(Finding::code)
        .containsExactly("other_format");
    assertThat(CheckTable.of(result))
        .contains("ERROR  pauza-video-1.mp4", "5 with errors")
        .doesNotContain("null");
    assertThat(CheckJson.of(result).path("files")).hasSize(31);
  }

  @Test
  void aFolderAboveBundlesIsNotABundle() throws IOException {
    Files.createDirectories(folder.resolve("sample-01"));
    Files.writeString(folder.resolve("sample-01/manifest.json"), "{}");
    Files.writeString(folder.resolve("sample-01/intro-video-1.mp4"), "");
    try (MediaChildren children = MediaChildren.withDefaults()) {
      assertThatThrownBy(() -> check(folder, children))
          .hasMessage(
              "%1$s holds 1 bundle and is not one itself; check one at a time: ./kinebeam bundle check %1$s/sample-01"
                  .formatted(folder));
    }
  }

  @Test
  void aFileThatTakesTooLongOrTooMuchCostsAChildAndNoMore() throws IOException {
    Path bundle = SampleBundle.directory();
    try (MediaChildren hasty = new MediaChildren(Duration.ofMillis(1), Long.MAX_VALUE, LONGEST)) {
      CheckResult result = check(bundle, hasty);
      assertThat(row(result, "outro-video-1.mp4").findings().get(0).message())
          .contains("was not decoded within");
    }
    try (MediaChildren tight = new MediaChildren(Duration.ofMinutes(1), 1 << 20, LONGEST)) {
      CheckResult result = check(bundle, tight);
      assertThat(row(result, "outro-video-1.mp4").findings().get(0).message())
          .contains("took more than 1 MB");
    }
  }
}
