package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import java.io.IOException;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Gathers all frames of a decoder as stereo floats at one rate. */
final class SoundCollector implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final Input input;
  private final Decoder decoder;
  private final SwrContext resampler = new SwrContext(null);
  private final FloatPointer[] block = {new FloatPointer(BLOCK), new FloatPointer(BLOCK)};
  private final PointerPointer<FloatPointer> planes = new PointerPointer<>(block);
  private final float[][] samples = {new float[BLOCK], new float[BLOCK]};
  private final boolean mono;
  private int length;

  SoundCollector(Input input, Decoder decoder) throws IOException {
    this.input = input;
    this.decoder = decoder;
    this.mono = decoder.codec().ch_layout().nb_channels() == 1;
    try (AVChannelLayout layout = new AVChannelLayout()) {
      // Mono stays mono here and is doubled below: libav's own way would lower it by 3 dB.
      av_channel_layout_default(layout, mono ? 1 : 2);
      SampleLibav.check(
          swr_alloc_set_opts2(
              resampler,
              layout,
              AV_SAMPLE_FMT_FLTP,
              Sound.SAMPLE_RATE,
              decoder.codec().ch_layout(),
              decoder.codec().sample_fmt(),
              decoder.codec().sample_rate(),
              0,
              null),
          "resample " + input.file());
    }
    SampleLibav.check(swr_init(resampler), "resample " + input.file());
  }

  Sound collect() throws IOException {
    boolean first = true;
    for (AVFrame frame = decoder.next(); frame != null; frame = decoder.next()) {
      if (first) {
        first = false;
        padUntil(startOf(frame));
      }
      append(swr_convert(resampler, planes, BLOCK, frame.extended_data(), frame.nb_samples()));
    }
    int rest = swr_convert(resampler, planes, BLOCK, null, 0);
    while (rest > 0) {
      append(rest);
      rest = swr_convert(resampler, planes, BLOCK, null, 0);
    }
    return new Sound(Arrays.copyOf(samples[0], length), Arrays.copyOf(samples[1], length));
  }

  /** A stream may begin after its container: then silence comes first. */
  private void padUntil(long sample) throws IOException {
    if (sample < 0) {
      throw new IOException(input.file() + " has sound before its start");
    }
    reserve(Math.toIntExact(sample));
    length = Math.toIntExact(sample);
  }

  private long startOf(AVFrame frame) {
    if (frame.pts() == AV_NOPTS_VALUE) {
      return 0;
    }
    var rate = av_make_q(1, Sound.SAMPLE_RATE);
    return av_rescale_q(frame.pts(), decoder.stream().time_base(), rate)
        - av_rescale_q(input.startMicros(), av_make_q(1, AV_TIME_BASE), rate);
  }

  private void append(int count) throws IOException {
    SampleLibav.check(count, "resample " + input.file());
    reserve(length + count);
    for (int channel = 0; channel < samples.length; channel++) {
      block[mono ? 0 : channel].get(samples[channel], length, count);
    }
    length += count;
  }

  private void reserve(int wanted) {
    for (int channel = 0; channel < samples.length; channel++) {
      if (wanted > samples[channel].length) {
        samples[channel] =
            Arrays.copyOf(samples[channel], Math.max(wanted, 2 * samples[channel].length));
      }
    }
  }

  @Override
  public void close() {
    swr_free(resampler);
    planes.close();
    for (FloatPointer plane : block) {
      plane.close();
    }
  }
}
