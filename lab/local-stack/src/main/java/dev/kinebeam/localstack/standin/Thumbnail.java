package dev.kinebeam.localstack.standin;

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
public final class Thumbnail {
  private static final long MICROS_PER_MILLI = 1000;
  private static final int WIDEST = 1280;

  /** 8192×4320; a decoder needs about 25 bytes for each, outside of the heap. */
  private static final int MAX_PIXELS = 8192 * 4320;

  private Thumbnail() {}

  /**
   * Writes the picture shown at this time as JPEG, at most 1280 pixels wide whatever the video is;
   * the first one when the video is shorter. libav scales it, so that no picture of the video's
   * size is ever on the heap.
   *
   * @param size of the video's picture
   * @throws UnreadableVideoException when no picture can be decoded
   */
  public static void write(Path video, Picture size, long timeMs, Path target) throws IOException {
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(video.toFile());
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      HostLibav.UNTRUSTED_INPUT.forEach(grabber::setOption);
      grabber.setVideoOption("threads", "1");
      grabber.setVideoOption("max_pixels", Integer.toString(MAX_PIXELS));
      if (size.width() > WIDEST) {
        grabber.setImageWidth(WIDEST);
        grabber.setImageHeight(Math.max(1, (int) ((long) size.height() * WIDEST / size.width())));
      }
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
