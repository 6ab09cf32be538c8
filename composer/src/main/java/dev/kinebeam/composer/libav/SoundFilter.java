package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_NATIVE;
import static org.bytedeco.ffmpeg.global.avutil.AV_OPT_SEARCH_CHILDREN;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_describe;
import static org.bytedeco.ffmpeg.global.avutil.av_get_sample_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_get_double;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Decoded sound through a chain of libav's filters. */
final class SoundFilter implements AutoCloseable {
  private final FilterGraph graph;
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
    graph = new FilterGraph(FilterGraph.Kind.SOUND, sourceArguments(first), chain);
  }

  /**
   * The beginning of a chain that resamples, makes every hole in the time stamps silence, cuts
   * every overlap, and begins at time 0. A tenth of a millisecond is what its own rounding may be.
   */
  static String inItsPlace(int rate) {
    return "aresample=" + rate + ":async=1:min_comp=0.0001:min_hard_comp=0.0001:first_pts=0";
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

  /** Takes the frame's content; null ends the sound. */
  void push(AVFrame frame) throws MediaException {
    if (frame != null
        && (frame.ch_layout().nb_channels() != channels
            || frame.format() != format
            || frame.sample_rate() != rate)) {
      throw new MediaException("its sound changes format on the way");
    }
    graph.push(frame);
  }

  /** The next finished frame; false when more input is needed, or at the end. */
  boolean pull(AVFrame frame) throws MediaException {
    return graph.pull(frame);
  }

  /**
   * What a filter of the chain measured until now; {@code name} as given by {@code filter@name}.
   */
  double measured(String name, String option) throws MediaException {
    AVFilterContext filter = graph.named(name);
    if (filter == null) {
      throw new MediaException("there is no filter " + name);
    }
    double[] value = new double[1];
    Libav.check(
        av_opt_get_double(filter, option, AV_OPT_SEARCH_CHILDREN, value),
        "filter " + name + " does not state its " + option);
    return value[0];
  }

  @Override
  public void close() {
    graph.close();
  }
}
