package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.MediaReport;
import dev.kinebeam.composer.libav.Mp3Maker;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.SoundTrack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were made to do harm, or do it by accident, cost a child and no more. */
class HostileSourcesScenarioTest {
  private static final String NAME = "rep-left-video-1.mp4";
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:%d/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile http://127.0.0.1:%d/a.mp4\n",
        "<?xml version=\"1.0\"?><MPD><BaseURL>http://127.0.0.1:%d/</BaseURL></MPD>"
      })
  void whatNamesAnAddressIsRefusedAndTheAddressIsNotAsked(String text) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      byte[] script = text.formatted(server.getLocalPort()).getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(() -> normalize(write(script)))
          .isInstanceOf(SourceRejected.class)
          .hasMessageContaining("not a media file");
      server.setSoTimeout(1);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aPictureOfAbsurdSizeIsRefusedBeforeThereIsMemoryForIt() throws IOException {
    Path source = directory.resolve("source.mov");
    new Footage().codec("mjpeg").pixels("yuvj420p").fullRange().size(128, 72).writeTo(source);
    byte[] bytes = Files.readAllBytes(source);
    int patched = 0;
    for (int i = 0; i + 9 < bytes.length; i++) {
      // SOF0: marker, length, precision, then height and width
      if (bytes[i] == (byte) 0xff && bytes[i + 1] == (byte) 0xc0 && bytes[i + 4] == 8) {
        ByteBuffer.wrap(bytes).putShort(i + 5, (short) 16_384).putShort(i + 7, (short) 16_384);
        patched++;
      }
    }
    assertThat(patched).isGreaterThanOrEqualTo(30);
    Normalizer mean =
        new Normalizer(new Normalizer.Limits(Duration.ofMinutes(1), 400L << 20, TWO_SECONDS), 1);
    assertThatThrownBy(() -> mean.video(NAME, write(bytes), tiny(directory), frames -> {}))
        .isInstanceOf(SourceRejected.class)
        .hasMessageNotContaining("of memory");
  }

  @Test
  void aHundredThousandTracksAreRefused() {
    byte[] ftyp = box("ftyp", "isom\0\0\2\0isomiso2mp41".getBytes(StandardCharsets.US_ASCII));
    byte[] track = box("trak", box("mdia", new byte[0]));
    ByteBuffer tracks = ByteBuffer.allocate(100_000 * track.length);
    while (tracks.hasRemaining()) {
      tracks.put(track);
    }
    byte[] moov = box("moov", tracks.array());
    byte[] file = ByteBuffer.allocate(ftyp.length + moov.length).put(ftyp).put(moov).array();
    assertThatThrownBy(() -> normalize(write(file)))
        .isInstanceOf(SourceRejected.class)
        .hasMessageContaining("more than 64 tracks");
  }

  @Test
  void aFileOfThreeHoursIsRefusedByItsHeaderWithTheSettingThatWouldLetItPass() throws IOException {
    long hour = Duration.ofHours(1).toMillis();
    Path source = directory.resolve("long.mkv");
    new Footage().size(64, 36).atMillis(List.of(0L, hour, 2 * hour)).writeTo(source);
    assertThatThrownBy(() -> normalize(source))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + ": is 3 h long")
        .hasMessageContaining("a primitive may last 30 min")
        .hasMessageContaining("raise KINEBEAM_LONGEST_PRIMITIVE");
  }

  @Test
  void aPictureThatIsLongerThanItsHeaderSaysIsRefusedByItsPackets() throws IOException {
    Path source = directory.resolve("source.mkv");
    new Footage().size(64, 36).frames(90, 30, 1).writeTo(source);
    lieAboutDuration(source);
    DurationLimit longest = new DurationLimit(TWO_SECONDS, "A_SETTING");
    assertThatThrownBy(() -> NormalizeMain.video(source, tiny(directory), longest, frames -> {}))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("is 3 s long, and a primitive may last 2 s")
        .hasMessageContaining("A_SETTING");
  }

  /** 100 h of silence would be written before it. */
  @Test
  void soundThatBeginsLongAfterThePictureIsRefusedByItsPackets() throws IOException {
    Path source = directory.resolve("source.mkv");
    List<float[]> sound = Collections.nCopies(2, new float[48_000]);
    new Footage()
        .size(64, 36)
        .sound(SoundTrack.of("aac", 48_000, sound).after(360_000))
        .writeTo(source);
    lieAboutDuration(source);
    DurationLimit longest = new DurationLimit(TWO_SECONDS, "A_SETTING");
    Path out = directory.resolve("made");
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> MediaReport.of(source, longest),
            () -> Mp3Maker.make(source, out, longest),
            () -> PcmDecoder.decode(source, out, longest))) {
      assertThatThrownBy(use)
          .isInstanceOf(MediaException.class)
          .hasMessageStartingWith("is 100 h 1 s long, and a primitive may last 2 s");
      assertThat(out).as("decoded").doesNotExist();
    }
  }

  @Test
  void soundThatIsLongerThanItsHeaderSaysIsRefusedByItsPackets() throws IOException {
    Path source = directory.resolve("source.mkv");
    List<float[]> sound = Collections.nCopies(2, new float[48_000 * 20]);
    new Footage().size(64, 36).sound(SoundTrack.of("aac", 48_000, sound)).writeTo(source);
    lieAboutDuration(source);
    Path out = directory.resolve("audio.pcm");
    assertThatThrownBy(
            () -> PcmDecoder.decode(source, out, new DurationLimit(TWO_SECONDS, "A_SETTING")))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("is 20 s long, and a primitive may last 2 s");
    assertThat(out).as("decoded").doesNotExist();
  }

  @Test
  void aFullDiskIsReportedAndNotAsADefectOfTheSource() throws IOException {
    Path source = directory.resolve("source.mp4");
    new Footage().writeTo(source);
    Path out = Files.createDirectory(directory.resolve("out"));
    Files.createSymbolicLink(out.resolve(VideoMezzanine.VIDEO_FILE), Path.of("/dev/full"));
    assertThatThrownBy(() -> Normalizer.withDefaults().video(NAME, source, tiny(out), frames -> {}))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SourceRejected.class)
        .hasMessageStartingWith(NAME + " was not normalised: ")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("in " + out + ", where ")
        .hasMessageMatching(".* it needs up to \\d+ MB there");
  }

  @Test
  void aFloodOfLogLinesIsReadAndForgottenButItsEnd() throws Exception {
    byte[] line = "an error like any other\n".getBytes(StandardCharsets.US_ASCII);
    InputStream flood =
        new SequenceInputStream(
            new InputStream() {
              private long left = 200L << 20;

              @Override
              public int read() {
                return left-- > 0 ? 'x' : -1;
              }

              @Override
              public int read(byte[] to, int from, int length) {
                int count = (int) Math.min(left, length);
                left -= count;
                return count > 0 ? count : -1;
              }
            },
            new ByteArrayInputStream(line));
    String words = OutputTail.of(flood).words();
    assertThat(words).hasSizeLessThanOrEqualTo(2_000).endsWith("an error like any other");
  }

  @Test
  void limitsComeFromTheEnvironmentAndWrongOnesAreNamed() {
    assertThat(Normalizer.Limits.fromEnvironment(Map.of())).isEqualTo(Normalizer.Limits.DEFAULT);
    Normalizer.Limits set =
        Normalizer.Limits.fromEnvironment(
            Map.of(
                "KINEBEAM_NORMALISE_WITHIN", "PT1H",
                "KINEBEAM_NORMALISE_MEMORY_MB", "4096",
                "KINEBEAM_LONGEST_PRIMITIVE", "PT3H"));
    assertThat(set)
        .isEqualTo(new Normalizer.Limits(Duration.ofHours(1), 4L << 30, Duration.ofHours(3)));
    for (String name :
        List.of(
            "KINEBEAM_NORMALISE_WITHIN",
            "KINEBEAM_NORMALISE_MEMORY_MB",
            "KINEBEAM_LONGEST_PRIMITIVE")) {
      assertThatThrownBy(() -> Normalizer.Limits.fromEnvironment(Map.of(name, "0")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(name + " is 0; it must be ");
    }
  }

  @Test
  void moreThanJavaCanMapIsNotALimit() {
    assertThatThrownBy(
            () -> Normalizer.Limits.fromEnvironment(Map.of("KINEBEAM_LONGEST_PRIMITIVE", "PT4H")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("KINEBEAM_LONGEST_PRIMITIVE is PT4H; it must be PT3H6M or less");
  }

  @Test
  void aVoiceOverThatWasCutOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(SampleBundle.directory().resolve("audio/ro/intro-vo-1.mp3"));
    Path half = write(Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(
            () -> Normalizer.withDefaults().voice("audio/ro/intro-vo-1.mp3", half, directory))
        .isInstanceOf(SourceRejected.class)
        .hasMessageStartingWith("audio/ro/intro-vo-1.mp3: breaks off at ")
        .hasMessageEndingWith("upload it again");
  }

  @Test
  void aLongerPrimitiveThanTheChildMayMakeIsNamedByTheChild() throws IOException {
    Path source = directory.resolve("source.mp4");
    new Footage().frames(90, 30, 1).writeTo(source);
    Normalizer strict =
        new Normalizer(new Normalizer.Limits(Duration.ofMinutes(1), 1L << 30, TWO_SECONDS), 1);
    assertThatThrownBy(() -> strict.video(NAME, source, tiny(directory), frames -> {}))
        .isInstanceOf(SourceRejected.class)
        .hasMessage(
            NAME
                + ": is 3 s long, and a primitive may last 2 s: cut it, or raise"
                + " KINEBEAM_LONGEST_PRIMITIVE if that length is intended");
  }

  /** Matroska's duration, 0x4489, a double, becomes half a second. */
  private static void lieAboutDuration(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i + 11 < bytes.length; i++) {
      if (bytes[i] == 0x44 && bytes[i + 1] == (byte) 0x89 && bytes[i + 2] == (byte) 0x88) {
        ByteBuffer.wrap(bytes).putDouble(i + 3, 500);
        Files.write(file, bytes);
        return;
      }
    }
    throw new IOException("no duration in " + file);
  }

  private static byte[] box(String type, byte[] content) {
    return ByteBuffer.allocate(8 + content.length)
        .putInt(8 + content.length)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .put(content)
        .array();
  }

  private static List<Target> tiny(Path out) {
    return List.of(new Target(out, Profile.TINY.format()));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("hostile"), bytes);
  }

  private void normalize(Path source) throws IOException {
    Path out = Files.createDirectories(directory.resolve("out"));
    Normalizer.withDefaults().video(NAME, source, tiny(out), frames -> {});
  }
}
