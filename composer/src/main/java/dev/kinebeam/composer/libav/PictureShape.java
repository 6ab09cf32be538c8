package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * How large a file's picture is when it is upright and its pixels are square.
 *
 * @param width 1 or more
 * @param height 1 or more
 */
public record PictureShape(int width, int height) {
  /**
   * Reads the file's header. Untrusted ones belong into a child process.
   *
   * @throws MediaException when it has no picture
   */
  public static PictureShape of(Path file) throws IOException {
    try (MediaInput input = MediaInput.open(file)) {
      AVStream video = input.video().orElseThrow(() -> new MediaException("has no video stream"));
      AVRational aspect = av_guess_sample_aspect_ratio(input.context, video, (AVFrame) null);
      int width = video.codecpar().width();
      int height = video.codecpar().height();
      if (width < 1 || height < 1) {
        throw new MediaException("has pictures of no size");
      }
      Orientation orientation = Orientation.of(video);
      AspectFit.Shape shape = orientation.shape(width, height, aspect.num(), aspect.den());
      // Its lines stay, and their length follows from the aspect.
      int lines = orientation.lying() ? width : height;
      long length = Math.round(lines * (double) shape.wide() / shape.high());
      return new PictureShape((int) Math.max(1, length), lines);
    }
  }
}
