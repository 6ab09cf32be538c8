package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
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
import static org.bytedeco.ffmpeg.global.avutil.av_strdup;

import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** A chain of libav's filters with one way in and one way out, on one thread. */
final class FilterGraph implements AutoCloseable {
  /** What flows through it. */
  enum Kind {
    PICTURES("buffer", "its pictures cannot be converted", "a picture cannot be converted"),
    SOUND("abuffer", "its sound cannot be converted", "its sound cannot be converted");

    private final String buffer;
    private final String notConfigured;
    private final String notConverted;

    Kind(String buffer, String notConfigured, String notConverted) {
      this.buffer = buffer;
      this.notConfigured = notConfigured;
      this.notConverted = notConverted;
    }
  }

  private final AVFilterGraph graph = avfilter_graph_alloc();
  private final AVFilterContext source = new AVFilterContext();
  private final AVFilterContext sink = new AVFilterContext();
  private final Kind kind;

  /**
   * Builds it.
   *
   * @param input the shape of what comes in, in ffmpeg's notation, as is {@code chain}
   */
  FilterGraph(Kind kind, String input, String chain) throws MediaException {
    this.kind = kind;
    graph.nb_threads(1);
    try {
      create(kind.buffer, "in", source, input);
      create(kind.buffer + "sink", "out", sink, null);
      AVFilterInOut outputs = end("in", source);
      AVFilterInOut inputs = end("out", sink);
      Libav.check(
          avfilter_graph_parse_ptr(graph, chain, inputs, outputs, null), "filters " + chain);
      Libav.check(avfilter_graph_config(graph, null), kind.notConfigured);
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

  private static AVFilterInOut end(String name, AVFilterContext context) {
    return avfilter_inout_alloc()
        .name(new BytePointer(av_strdup(name)))
        .filter_ctx(context)
        .pad_idx(0)
        .next(null);
  }

  /** Where it begins. */
  AVFilterContext source() {
    return source;
  }

  /** The filter that the chain names {@code filter@name}; null when there is none. */
  AVFilterContext named(String name) {
    return avfilter_graph_get_filter(graph, name);
  }

  /** Takes the frame's content; null ends the stream. */
  void push(AVFrame frame) throws MediaException {
    Libav.check(av_buffersrc_add_frame_flags(source, frame, 0), kind.notConverted);
  }

  /** The same for a frame that stays the caller's, too. */
  void pushShared(AVFrame frame) throws MediaException {
    Libav.check(
        av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF), kind.notConverted);
  }

  /** The next finished frame; false when more input is needed, or at the end. */
  boolean pull(AVFrame frame) throws MediaException {
    int result = av_buffersink_get_frame(sink, frame);
    if (result == AVERROR_EAGAIN() || result == AVERROR_EOF()) {
      return false;
    }
    Libav.check(result, kind.notConverted);
    return true;
  }

  @Override
  public void close() {
    avfilter_graph_free(graph);
  }
}
