package dev.kinebeam.localstack.videohost;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Takes a still picture from a video; that it can is also the proof that the video decodes. */
final class Thumbnail {
  private static final long MICROS_PER_MILLI = 1000;

  private Thumbnail() {}

  /**
   * Writes the picture shown at this time as JPEG; the first one when the video is shorter.
   *
   * @throws UnreadableVideoException when no picture can be decoded
   */
  static void write(Path video, long timeMs, Path target) throws IOException {
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(video.toFile());
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      LibAv.UNTRUSTED_INPUT.forEach(grabber::setOption);
      grabber.setVideoOption("threads", "1");
      grabber.start();
      if (timeMs * MICROS_PER_MILLI < grabber.getLengthInTime()) {
        grabber.setVideoTimestamp(timeMs * MICROS_PER_MILLI);
      }
      Frame frame = grabber.grabImage();
      BufferedImage image = frame == null ? null : converter.convert(frame);
      if (image == null) {
        throw new UnreadableVideoException("no picture can be decoded");
      }
      Path part = target.resolveSibling(target.getFileName() + ".part");
      ImageIO.write(image, "jpg", part.toFile());
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FrameGrabber.Exception e) {
      throw new UnreadableVideoException("no picture can be decoded: " + e.getMessage(), e);
    }
  }
}
