package dev.kinebeam.render.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.render.testing.SampleBundle;
import dev.kinebeam.sample.BrokenMedia;
import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Picture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoProbeTest {
  private static final int SAMPLE_RATE = 48_000;

  @TempDir private Path folder;

  @Test
  void soundThatGoesOnBehindThePictureIsNoFault() throws IOException {
    VideoProbe probe = VideoProbe.of(video(60, 5));

    assertThat(probe.seconds()).isCloseTo(2.0, within(0.04));
    assertThat(probe.hasSound()).isTrue();
    assertThat(probe.width()).isEqualTo(192);
    assertThat(probe.codec()).isEqualTo("h264");
  }

  @Test
  void pictureThatGoesOnBehindTheSoundIsNoFault() throws IOException {
    assertThat(VideoProbe.of(video(90, 1)).seconds()).isCloseTo(3.0, within(0.04));
  }

  @Test
  void aFileThatWasCutOffIsRefused() throws IOException {
    Path cut = folder.resolve("cut.mp4");
    BrokenMedia.cutShort(SampleBundle.directory().resolve("intro-video-1.mp4"), cut);

    assertThatThrownBy(() -> VideoProbe.of(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(".*(cut off|damaged packet).*");
  }

  private Path video(int frames, int seconds) throws IOException {
    Path file = folder.resolve("video.mp4");
    dev.kinebeam.sample.libav.VideoFormat pictures =
        new dev.kinebeam.sample.libav.VideoFormat(192, 108, 30, 30, "ultrafast");
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
