package dev.kinebeam.localstack.standin;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Makes a small video with a moving bar and a tone. */
public final class SampleVideo {
  public static final int FRAMES_PER_SECOND = 30;
  public static final int WIDTH = 160;
  public static final int HEIGHT = 90;
  private static final int SAMPLE_RATE = 48000;
  private static final double TONE_HZ = 440;

  private SampleVideo() {}

  public static Path write(Path file, int seconds) throws Exception {
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT, 1);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setFormat("mp4");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(FRAMES_PER_SECOND);
      recorder.setGopSize(FRAMES_PER_SECOND);
      recorder.setAudioCodec(avcodec.AV_CODEC_ID_AAC);
      recorder.setSampleRate(SAMPLE_RATE);
      recorder.setOption("movflags", "faststart");
      recorder.start();
      for (int second = 0; second < seconds; second++) {
        for (int frame = 0; frame < FRAMES_PER_SECOND; frame++) {
          recorder.record(converter.convert(picture(frame)));
        }
        recorder.record(tone());
      }
    }
    return file;
  }

  private static BufferedImage picture(int frame) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillRect(frame * 5, 0, 20, HEIGHT);
    graphics.dispose();
    return image;
  }

  private static Frame tone() {
    FloatBuffer samples = FloatBuffer.allocate(SAMPLE_RATE);
    for (int i = 0; i < SAMPLE_RATE; i++) {
      samples.put(i, (float) (0.2 * Math.sin(2 * Math.PI * TONE_HZ * i / SAMPLE_RATE)));
    }
    Frame frame = new Frame();
    frame.sampleRate = SAMPLE_RATE;
    frame.audioChannels = 1;
    frame.samples = new FloatBuffer[] {samples};
    return frame;
  }
}
