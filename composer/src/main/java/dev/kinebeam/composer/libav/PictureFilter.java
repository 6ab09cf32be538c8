package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_close;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PLANAR;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Any picture made into the mezzanine's: deinterlaced to a picture for each field, 30 frames per
 * second from time 0, upright, square pixels, letterboxed, BT.709 limited range, 4:2:0.
 */
final class PictureFilter implements AutoCloseable {
  private static final int MIN_LINES = 16;

  private final FilterGraph graph;
  private final int width;
  private final int height;
  private final int pixelFormat;

  /** Built from the first decoded frame, since a header may say less than the truth. */
  PictureFilter(
      AVStream stream, AVRational frameRate, AVRational aspect, AVFrame first, VideoFormat format)
      throws MediaException {
    width = first.width();
    height = first.height();
    pixelFormat = first.format();
    graph =
        new FilterGraph(
            FilterGraph.Kind.PICTURES,
            sourceArguments(stream.time_base(), frameRate, first),
            description(stream, aspect, first, format));
  }

  private static String sourceArguments(AVRational timeBase, AVRational rate, AVFrame frame) {
    AVRational aspect = frame.sample_aspect_ratio();
    boolean square = aspect.num() <= 0 || aspect.den() <= 0;
    return String.format(
        Locale.ROOT,
        "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:frame_rate=%d/%d:pixel_aspect=%d/%d"
            + ":colorspace=%d:range=%d",
        frame.width(),
        frame.height(),
        frame.format(),
        timeBase.num(),
        timeBase.den(),
        rate.num(),
        rate.den(),
        square ? 1 : aspect.num(),
        square ? 1 : aspect.den(),
        frame.colorspace(),
        frame.color_range());
  }

  private static String description(
      AVStream stream, AVRational aspect, AVFrame frame, VideoFormat format) throws MediaException {
    List<String> steps = new ArrayList<>();
    Colours colours = Colours.of(frame);
    Orientation orientation = Orientation.of(stream);
    AspectFit fit =
        AspectFit.of(
            orientation.shape(frame.width(), frame.height(), aspect.num(), aspect.den()), format);
    colours.tags().ifPresent(steps::add);
    if (canBeInterlaced(frame)) {
      // Frames that are not flagged pass through; a flag may come later than the first frame.
      steps.add("bwdif=mode=send_field:deint=interlaced");
    }
    steps.add("fps=fps=" + VideoFormat.FRAMES_PER_SECOND + ":round=near:start_time=0");
    steps.addAll(orientation.steps());
    steps.addAll(colours.scaledTo(fit.width(), fit.height()));
    steps.add("pad=" + format.width() + ":" + format.height() + ":(ow-iw)/2:(oh-ih)/2");
    steps.add("setsar=1");
    steps.add("format=yuv420p");
    return String.join(",", steps);
  }

  /** Fields exist in planar YUV only; a filter for them would convert anything else. */
  private static boolean canBeInterlaced(AVFrame frame) {
    long flags = av_pix_fmt_desc_get(frame.format()).flags();
    long planarYuv = AV_PIX_FMT_FLAG_PLANAR;
    return (flags & (AV_PIX_FMT_FLAG_PLANAR | AV_PIX_FMT_FLAG_RGB)) == planarYuv
        && frame.height() >= MIN_LINES;
  }

  /** Takes a reference to the frame's content; {@code pts} in the stream's time base. */
  void push(AVFrame frame) throws MediaException {
    if (frame.width() != width || frame.height() != height || frame.format() != pixelFormat) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "its picture changes from %dx%d to %dx%d (or its pixel format does) on the way:"
                  + " export it again",
              width,
              height,
              frame.width(),
              frame.height()));
    }
    graph.pushShared(frame);
  }

  /** Ends the input at {@code endPts}: without the true end the last frame would be dropped. */
  void finish(long endPts) throws MediaException {
    Libav.check(av_buffersrc_close(graph.source(), endPts, 0), "end of the pictures");
  }

  /** The next finished frame; false when more input is needed, or at the end. */
  boolean pull(AVFrame frame) throws MediaException {
    return graph.pull(frame);
  }

  @Override
  public void close() {
    graph.close();
  }
}
