package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.program.retry.TemporaryFailure;
import dev.kinebeam.sample.libav.Footage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {
  private static final String NAME = "rep-left-video-1.mp4";
  @TempDir Path directory;

  @Test
  void anEmptyFileIsRejectedByName() throws IOException {
    assertThatThrownBy(() -> normalizeBytes(new byte[0]))
        .isInstanceOf(SourceRejected.class)
        .hasMessage(NAME + ": the file is empty (0 bytes): upload it again");
  }

  @Test
  void rubbishIsRejected() {
    byte[] rubbish = new byte[20_000];
    for (int i = 0; i < rubbish.length; i++) {
      rubbish[i] = (byte) (i * 31 + i / 7);
    }
    assertThatThrownBy(() -> normalizeBytes(rubbish))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + ": is not a readable media file");
  }

  @Test
  void aPlaylistPosingAsMp4IsRejectedAndNothingItNamesIsOpened() {
    String playlist =
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n";
    assertThatThrownBy(() -> normalizeBytes(playlist.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(SourceRejected.class)
        .hasMessage(NAME + ": is an HLS playlist and not a media file");
  }

  @Test
  void aConcatScriptIsRejected() {
    String script = "ffconcat version 1.0\nfile /etc/hostname\n";
    assertThatThrownBy(() -> normalizeBytes(script.getBytes(StandardCharsets.US_ASCII)))
        .hasMessage(NAME + ": is a concat script and not a media file");
  }

  @Test
  void soundAloneIsNotAVideo() {
    assertThatThrownBy(() -> normalize(sample("audio/ro/intro-vo-1.mp3")))
        .hasMessage(NAME + ": has no video stream: export it again, as H.264 in MP4");
  }

  @Test
  void aTruncatedFileIsRejected() throws IOException {
    byte[] whole = Files.readAllBytes(sample(NAME));
    assertThatThrownBy(() -> normalizeBytes(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + ": ");
  }

  @Test
  void damagedPicturesAreRejected() throws IOException {
    byte[] bytes = Files.readAllBytes(sample(NAME));
    for (int i = bytes.length / 3; i < bytes.length / 2; i++) {
      bytes[i] ^= 0x5a;
    }
    assertThatThrownBy(() -> normalizeBytes(bytes))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + ": ");
  }

  @Test
  void aChildThatTakesTooLongIsKilled() {
    Normalizer hasty =
        new Normalizer(
            new Normalizer.Limits(Duration.ofMillis(1), 1L << 30, Duration.ofMinutes(1)), 1);
    assertThatThrownBy(() -> hasty.video(NAME, sample(NAME), tiny(directory), frames -> {}))
        .isInstanceOf(SourceRejected.class)
        .hasMessageContaining("was not decoded within");
  }

  @Test
  void aChildThatTakesTooMuchMemoryIsKilled() {
    Normalizer mean =
        new Normalizer(
            new Normalizer.Limits(Duration.ofMinutes(1), 1 << 20, Duration.ofMinutes(1)), 1);
    assertThatThrownBy(() -> mean.video(NAME, sample(NAME), tiny(directory), frames -> {}))
        .isInstanceOf(SourceRejected.class)
        .hasMessageContaining("more than 1 MB of memory");
  }

  @Test
  void aSourceThatCannotBeReadIsReportedAndNotAsADefectOfTheDisk() {
    Path nowhere = directory.resolve("nowhere.mp4");
    assertThatThrownBy(() -> normalize(nowhere))
        .isNotInstanceOf(SourceRejected.class)
        .hasMessage(NAME + " was not normalised: java.nio.file.NoSuchFileException: " + nowhere);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "kill -KILL $$", "kill -TERM $$"})
  void aChildThatTheMachineStoppedIsNotAFaultOfTheSourceAndMayBeTriedAgain(String script) {
    assertThatThrownBy(() -> supervise("echo too little memory >&2; " + script))
        .isInstanceOf(TemporaryFailure.class)
        .hasMessageStartingWith(NAME + " was not normalised: its decoder ")
        .hasMessageContaining("(too little memory)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill -ABRT $$", "kill -SEGV $$", "exit 3"})
  void aChildThatCrashedDidSoOnItsSource(String script) {
    assertThatThrownBy(() -> supervise("ulimit -c 0; " + script))
        .isInstanceOf(SourceRejected.class)
        .hasMessageContaining("its decoder died with exit code");
  }

  private void supervise(String script) throws IOException, InterruptedException {
    Process child = new ProcessBuilder("sh", "-c", script).start();
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    new Supervision(
            NAME,
            directory,
            NormalizeChild.of(child),
            Normalizer.Limits.DEFAULT,
            deadline,
            frames -> {})
        .untilDone();
  }

  @Test
  void decodedOnceForManyQualitiesEachHasTheBytesThatItHasAlone() throws IOException {
    String name = "pauza-video-1.mp4";
    List<Target> together = new ArrayList<>();
    for (Profile profile : Profile.FULL_HD.ladder()) {
      Path out = Files.createDirectories(directory.resolve("together-" + profile.label()));
      together.add(new Target(out, profile.format()));
    }
    Normalizer normalizer = Normalizer.withDefaults();
    normalizer.video(name, sample(name), together, frames -> {});
    for (Target target : together) {
      Path alone = Files.createDirectories(directory.resolve("alone-" + target.format().height()));
      normalizer.video(
          name, sample(name), List.of(new Target(alone, target.format())), frames -> {});
      for (String file : List.of(VideoMezzanine.VIDEO_FILE, VideoMezzanine.AUDIO_FILE)) {
        assertThat(alone.resolve(file)).hasSameBinaryContentAs(target.directory().resolve(file));
      }
    }
  }

  @Test
  void aChildServesFilesUntilItCannotUseOneAndOneThatIsKilledMeanwhileIsReplaced()
      throws Exception {
    Normalizer one = new Normalizer(Normalizer.Limits.DEFAULT, 1);
    Path broken = Files.write(directory.resolve("broken"), new byte[20_000]);
    Set<Long> before = children();
    one.voice("a.mp3", sample("audio/ro/intro-vo-1.mp3"), directory);
    Set<Long> first = childrenSince(before);
    one.video(NAME, sample(NAME), tiny(directory), frames -> {});
    assertThat(childrenSince(before)).as("the same").isEqualTo(first).hasSize(1);

    assertThatThrownBy(() -> one.video(NAME, broken, tiny(directory), frames -> {}))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + ": is not a readable media file");
    assertThat(childrenSince(before)).as("after a file that it could not use").isEmpty();

    one.voice("a.mp3", sample("audio/ro/intro-vo-1.mp3"), directory);
    long idle = childrenSince(before).iterator().next();
    ProcessHandle.of(idle).orElseThrow().destroyForcibly();
    one.video(NAME, sample(NAME), tiny(directory), frames -> {});
    assertThat(childrenSince(before)).hasSize(1).doesNotContain(idle);
  }

  private static Set<Long> childrenSince(Set<Long> before) {
    Set<Long> now = new HashSet<>(children());
    now.removeAll(before);
    return now;
  }

  @Test
  void anInterruptKillsTheChildAndWaitsForItsEnd() throws Exception {
    Path source = directory.resolve("long.mp4");
    new Footage().frames(900, 30, 1).writeTo(source);
    Thread caller = Thread.currentThread();
    Set<Long> before = children();
    assertThatThrownBy(
            () ->
                Normalizer.withDefaults()
                    .video(NAME, source, tiny(directory), frames -> caller.interrupt()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(before).containsAll(children());
  }

  private static Set<Long> children() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  @Test
  void aMissingFileIsRejectedByName() {
    assertThatThrownBy(
            () ->
                SampleBundle.cache(directory)
                    .voice(new LocalPrimitive("audio/ro/intro-vo-1.mp3", Path.of("nowhere"))))
        .isInstanceOf(SourceRejected.class)
        .hasMessage("audio/ro/intro-vo-1.mp3: the file is not there");
  }

  @Test
  void nothingIsLeftOfARejectedSource() throws IOException {
    Path cache = directory.resolve("cache");
    Path source = Files.write(directory.resolve("source"), new byte[0]);
    assertThatThrownBy(
            () -> SampleBundle.cache(cache).video(new LocalPrimitive(NAME, source), frames -> {}))
        .isInstanceOf(SourceRejected.class);
    try (var files = Files.walk(cache)) {
      assertThat(files.filter(Files::isRegularFile).map(path -> path.getFileName().toString()))
          .allMatch(name -> name.endsWith(".lock"));
    }
  }

  private static List<Target> tiny(Path out) {
    return List.of(new Target(out, Profile.TINY.format()));
  }

  private static Path sample(String name) {
    return SampleBundle.directory().resolve(name);
  }

  private void normalizeBytes(byte[] bytes) throws IOException {
    normalize(Files.write(directory.resolve("source"), bytes));
  }

  private void normalize(Path source) throws IOException {
    Path out = Files.createDirectories(directory.resolve("out"));
    Normalizer.withDefaults().video(NAME, source, tiny(out), frames -> {});
  }
}
