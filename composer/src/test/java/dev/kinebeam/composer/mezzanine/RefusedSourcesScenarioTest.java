package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.PcmDecoder;
import dev.kinebeam.composer.testing.OddMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not taken is refused before anything is decoded, with what it is. */
class RefusedSourcesScenarioTest {
  private static final DurationLimit LONGEST =
      new DurationLimit(Duration.ofMinutes(30), "A_SETTING");
  private static final String DELIVER =
      ", which is not taken: deliver MP4 or MOV with H.264 (a voice-over as MP3 or WAV)";

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a.gif | is a GIF image",
        "a.wmv | is a WMV or another ASF file",
        "a.flv | is an FLV file (Flash Video)",
        "a.png | is a PNG image",
      })
  void anotherContainerIsNamed(String file, String reason) {
    assertThatThrownBy(() -> normalize(OddMedia.file(file)))
        .isInstanceOf(MediaException.class)
        .hasMessage(reason + DELIVER);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "encrypted.mp4 | is encrypted (copy protection, DRM): deliver it without protection",
        "gap-of-ten-hours.mkv | is 10 h 4 s long, and a primitive may last 30 min:"
            + " cut it, or raise A_SETTING if that length is intended",
        "jump.mkv | its time jumps from 2.02 s to 98.02 s, and there is neither picture nor sound"
            + " between: cut that out, or export it again",
      })
  void theTrueReasonIsGiven(String file, String reason) {
    assertThatThrownBy(() -> normalize(OddMedia.file(file)))
        .isInstanceOf(MediaException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({"700", "1", "4000"})
  void anMp4WithoutItsEndIsCutOffHoweverLittleIsMissing(int missing) throws IOException {
    byte[] whole = OddMedia.bytes("faststart.mp4");
    Path cut = write("cut.mp4", Arrays.copyOf(whole, whole.length - missing));
    assertThatThrownBy(() -> normalize(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(
            "is cut off: its index names data up to byte \\d+ and the file ends after "
                + (whole.length - missing)
                + "; upload it again");
  }

  @Test
  void anMp4WhoseIndexWasAtItsMissingEndHasNone() throws IOException {
    byte[] whole = OddMedia.bytes("good.mp4");
    Path cut = write("cut.mp4", Arrays.copyOf(whole, whole.length - 700));
    assertThatThrownBy(() -> normalize(cut))
        .isInstanceOf(MediaException.class)
        .hasMessage(
            "has no index (its moov box): it was cut off, or its recording was not ended;"
                + " upload or export it again");
  }

  @Test
  void anUnknownCodecIsNamed() throws IOException {
    byte[] bytes = replaceAll(OddMedia.bytes("good.mp4"), "avc1", "nixd");
    assertThatThrownBy(() -> normalize(write("nixd.mp4", bytes)))
        .isInstanceOf(MediaException.class)
        .hasMessage(
            "its picture is in the codec 'nixd', which this build of ffmpeg does not decode:"
                + " export it as H.264 in MP4");
  }

  @Test
  void picturesWithoutDurationsAreRefused() throws IOException {
    byte[] bytes = OddMedia.bytes("good.mp4");
    int stts = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("stts");
    ByteBuffer.wrap(bytes).putInt(stts + 16, 0);
    assertThatThrownBy(() -> normalize(write("zero.mp4", bytes)))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("has wrong time stamps: its 120 packets of pictures last 0.")
        .hasMessageEndingWith("s together; export it again with a constant frame rate");
  }

  /** 32 frames of MPEG-1 layer III at 44.1 kHz, of 417 bytes, whose bit rate is left open. */
  @Test
  void anMp3OfFreeFormatIsCalledThat() throws IOException {
    ByteBuffer frames = ByteBuffer.allocate(32 * 417);
    for (int i = 0; i < 32; i++) {
      frames.putInt(i * 417, 0xfffb_0000);
    }
    Path file = write("free.mp3", frames.array());
    assertThatThrownBy(() -> PcmDecoder.decode(file, directory.resolve("out.pcm"), LONGEST))
        .isInstanceOf(MediaException.class)
        .hasMessage(
            "is an MP3 of free format, without a bit rate in its frames, which is not taken:"
                + " export it with a usual bit rate, 192 kbit/s for example");
  }

  /** Every occurrence behind the file's own brands. */
  private static byte[] replaceAll(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int brands = ByteBuffer.wrap(bytes).getInt(0);
    return (text.substring(0, brands) + text.substring(brands).replace(from, to))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private void normalize(Path source) throws IOException {
    NormalizeMain.video(
        source, List.of(new Target(directory, Profile.TINY.format())), LONGEST, frames -> {});
  }
}
