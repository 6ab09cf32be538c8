package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_create_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_get_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse_ptr;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_inout_alloc;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_NATIVE;
import static org.bytedeco.ffmpeg.global.avutil.AV_OPT_SEARCH_CHILDREN;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_describe;
import static org.bytedeco.ffmpeg.global.avutil.av_get_sample_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_get_double;
import static org.bytedeco.ffmpeg.global.avutil.av_strdup;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** Decoded sound through a chain of libav's filters. */
final class SoundFilter implements AutoCloseable {
  private final AVFilterGraph graph = avfilter_graph_alloc();
  private final AVFilterContext source = new AVFilterContext();
  private final AVFilterContext sink = new AVFilterContext();
  private final int channels;
  private final int format;
  private final int rate;

  /**
   * Built from the first decoded frame.
   *
   * @param chain in ffmpeg's notation
   */
  SoundFilter(AVFrame first, String chain) throws MediaException {
    channels = first.ch_layout().nb_channels();
    format = first.format();
    rate = first.sample_rate();
    graph.nb_threads(1);
    try {
      create("abuffer", "in", source, sourceArguments(first));
      create("abuffersink", "out", sink, null);
      AVFilterInOut outputs = end("in", source);
      AVFilterInOut inputs = end("out", sink);
      Libav.check(
          avfilter_graph_parse_ptr(graph, chain, inputs, outputs, null), "filters " + chain);
      Libav.check(avfilter_graph_config(graph, null), "its sound cannot be converted");
    } catch (MediaException e) {
      close();
      throw e;
    }
  }

  private void create(String filter, String name, AVFilterContext context, String arguments)
      throws MediaException {
    Libav.check(
        avfilter_graph_create_filter(
            context, avfilter_get_by_name(filter), name, arguments, null, graph),
        "filter " + filter);
  }

  /** Time stamps are samples of the stream itself, counted by whoever pushes. */
  private String sourceArguments(AVFrame first) {
    return String.format(
        Locale.ROOT,
        "time_base=1/%d:sample_rate=%d:sample_fmt=%s:%s",
        rate,
        rate,
        av_get_sample_fmt_name(format).getString(),
        layout(first));
  }

  private String layout(AVFrame first) {
    byte[] name = new byte[256];
    int length = av_channel_layout_describe(first.ch_layout(), name, name.length);
    boolean named = first.ch_layout().order() == AV_CHANNEL_ORDER_NATIVE && length > 1;
    return named
        ? "channel_layout=" + new String(name, 0, length - 1, StandardCharsets.US_ASCII)
        : "channels=" + channels;
  }

  private static AVFilterInOut end(String name, AVFilterContext context) {
    return avfilter_inout_alloc()
        .name(new BytePointer(av_strdup(name)))
        .filter_ctx(context)
        .pad_idx(0)
        .next(null);
  }

  /** Takes the frame's content; null ends the sound. */
  void push(AVFrame frame) throws MediaException {
    if (frame != null
        && (frame.ch_layout().nb_channels() != channels
            || frame.format() != format
            || frame.sample_rate() != rate)) {
      throw new MediaException("its sound changes format on the way");
    }
    Libav.check(av_buffersrc_add_frame_flags(source, frame, 0), "its sound cannot be converted");
  }

  /** The next finished frame; false when more input is needed, or at the end. */
  boolean pull(AVFrame frame) throws MediaException {
    int result = av_buffersink_get_frame(sink, frame);
    if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
      return false;
    }
    Libav.check(result, "its sound cannot be converted");
    return true;
  }

  /**
   * What a filter of the chain measured until now; {@code name} as given by {@code filter@name}.
   */
  double measured(String name, String option) throws MediaException {
    AVFilterContext filter = avfilter_graph_get_filter(graph, name);
    if (filter == null) {
      throw new MediaException("there is no filter " + name);
    }
    double[] value = new double[1];
    Libav.check(
        av_opt_get_double(filter, option, AV_OPT_SEARCH_CHILDREN, value),
        "filter " + name + " does not tell its " + option);
    return value[0];
  }

  @Override
  public void close() {
    avfilter_graph_free(graph);
  }
}
