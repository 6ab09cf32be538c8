package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.testing.OddMedia;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.BrokenMedia;
import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoProbeTest {
  private static final int SAMPLE_RATE = 48_000;

  @TempDir private Path folder;

  @Test
  void soundThatOutlastsThePictureIsNotAFault() throws IOException {
    VideoProbe probe = VideoProbe.of(video(60, 5));

    assertThat(probe.seconds()).isCloseTo(2.0, within(0.04));
    assertThat(probe.hasSound()).isTrue();
    assertThat(probe.width()).isEqualTo(192);
    assertThat(probe.codec()).isEqualTo("h264");
  }

  @Test
  void pictureThatOutlastsTheSoundIsNotAFault() throws IOException {
    assertThat(VideoProbe.of(video(90, 1)).seconds()).isCloseTo(3.0, within(0.04));
  }

  @ParameterizedTest
  @CsvSource({
    "audio-late.mp4, 4.0",
    "video-late.mp4, 4.0",
    "audio-longer.mp4, 4.0",
    "edit-list.mp4, 3.5",
    "no-editlist.mp4, 4.0",
    "frag-bframes.mp4, 4.0",
    "start-3600.mkv, 4.0",
    "restart.ts, 3.633",
  })
  void soundAndPictureNeedNotBeginOrEndTogether(String file, double seconds) throws IOException {
    VideoProbe probe = VideoProbe.of(OddMedia.file(file));

    assertThat(probe.seconds()).isCloseTo(seconds, within(0.001));
    assertThat(probe.hasSound()).isTrue();
  }

  @Test
  void anMp4WithoutItsLast700BytesIsCutOffAlthoughItsPictureIsWhole() throws IOException {
    byte[] whole = OddMedia.bytes("faststart.mp4");
    Path cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(whole, whole.length - 700));

    assertThatThrownBy(() -> VideoProbe.of(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(
            "is cut off: its index names data up to byte \\d+ and the file ends after "
                + (whole.length - 700)
                + "; upload it again");
  }

  /** Fragments name their own packets. */
  @Test
  void aFragmentWithoutItsEndIsCutOff() throws IOException {
    byte[] whole = OddMedia.bytes("frag-bframes.mp4");
    int index = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("mfra") - 4;
    Path cut = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(whole, index - 20));

    assertThatThrownBy(() -> VideoProbe.of(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("is cut off");
  }

  @Test
  void soundOfWhichNothingCanBeDecodedIsRefused() throws IOException {
    byte[] bytes = OddMedia.bytes("audio-longer.mp4");
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int track = text.lastIndexOf("stsz");
    ByteBuffer index = ByteBuffer.wrap(bytes);
    int packets = index.getInt(track + 12);
    for (int i = 0; i < packets; i++) {
      index.putInt(track + 16 + 4 * i, 1);
    }

    assertThatThrownBy(() -> VideoProbe.of(Files.write(folder.resolve("mute.mp4"), bytes)))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching("(has sound of which nothing can be decoded|is damaged).*");
  }

  @Test
  void aFileThatWasCutOffIsRefused() throws IOException {
    Path cut = folder.resolve("cut.mp4");
    BrokenMedia.cutShort(SampleBundle.directory().resolve("intro-video-1.mp4"), cut);

    assertThatThrownBy(() -> VideoProbe.of(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("is cut off: its index names data up to byte ");
  }

  private Path video(int frames, int seconds) throws IOException {
    Path file = folder.resolve("video.mp4");
    dev.kinebeam.sample.libav.SampleVideoFormat pictures =
        new dev.kinebeam.sample.libav.SampleVideoFormat(192, 108, 30, 30, "ultrafast");
    AudioFormat sound = new AudioFormat("aac", SAMPLE_RATE, 1, 64_000);
    try (Picture picture = new Picture(192, 108);
        MediaWriter writer =
            MediaWriter.mp4(file, pictures, sound, new float[seconds * SAMPLE_RATE])) {
      for (int i = 0; i < frames; i++) {
        writer.write(picture);
      }
      writer.finish();
    }
    return file;
  }
}
