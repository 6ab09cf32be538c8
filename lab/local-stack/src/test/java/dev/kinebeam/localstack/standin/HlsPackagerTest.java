package dev.kinebeam.localstack.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HlsPackagerTest {
  private static final int SECONDS = 5;
  @TempDir static Path shared;
  private static Path sample;

  @TempDir Path folder;

  @BeforeAll
  static void makeSample() throws Exception {
    sample = SampleVideo.write(shared.resolve("sample.mp4"), SECONDS);
  }

  private List<String> packaged(Path file) throws Exception {
    Path hls = Files.createDirectory(folder.resolve("hls-" + file.getFileName()));
    try (HlsPackager packager = HlsPackager.open(file)) {
      packager.write(hls, percent -> {});
    }
    try (var files = Files.list(hls.resolve("90p"))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void pictureAndSoundNeedNotBeginOrEndTogether() throws Exception {
    Map<String, OddTimes> odd =
        Map.of(
            "picture-late", OddTimes.late(0.5, 0),
            "sound-late", OddTimes.late(0, 0.5),
            "both-late", OddTimes.late(2, 2),
            "sound-longer", OddTimes.cut(2, SECONDS),
            "picture-longer", OddTimes.cut(SECONDS, 2));
    for (Map.Entry<String, OddTimes> times : odd.entrySet()) {
      Path file = times.getValue().of(sample, folder.resolve(times.getKey() + ".mp4"));
      assertThat(packaged(file)).as(times.getKey()).contains("init.mp4", "segment0.m4s");
    }
  }

  @Test
  void whatIsCutOffIsNamed() throws Exception {
    byte[] whole = Files.readAllBytes(sample);
    Path half = Files.write(folder.resolve("half.mp4"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> packaged(half))
        .isInstanceOf(UnreadableVideoException.class)
        .hasMessageMatching(
            ".*(was cut off: \\d\\.\\d s of \\d\\.\\d s are there|damaged packet).*");
  }

  /** What a picture of 8K takes on the heap would be 100 MB, more than the host has. */
  @Test
  void theThumbnailOf8kIsSmall() throws Exception {
    Path file = folder.resolve("8k.mp4");
    int width = 7680;
    int height = 4320;
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height, 0);
        Frame grey = new Frame(64, 36, Frame.DEPTH_UBYTE, 3)) {
      recorder.setFormat("mp4");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
      recorder.setVideoOption("preset", "ultrafast");
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.start();
      recorder.record(grey);
    }
    Path thumbnail = folder.resolve("thumbnail.jpg");
    Thumbnail.write(file, new Picture(1, width, height, 30), 0, thumbnail);
    BufferedImage image = ImageIO.read(thumbnail.toFile());
    assertThat(image.getWidth()).isEqualTo(1280);
    assertThat(image.getHeight()).isEqualTo(720);
  }
}
