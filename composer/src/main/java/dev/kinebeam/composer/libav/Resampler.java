package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_CHANNEL_ORDER_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLT;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_get_out_samples;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Any sound made into 48 kHz stereo of 16 bits; see {@link PcmDecoder} for the gains. */
final class Resampler implements AutoCloseable {
  private static final String FAILED =
      "has sound that cannot be converted; deliver mono, stereo or 5.1: ";

  private final SwrContext context = new SwrContext(null);
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(1);
  private final int format;
  private final int rate;
  private final int channels;
  private final double gain;
  private BytePointer buffer = new BytePointer();
  private byte[] converted = new byte[0];
  private byte[] stereo = new byte[0];
  private float peak;

  /** Built from the first decoded frame; {@code gain} is for what is mixed down. */
  Resampler(AVFrame first, double gain) throws MediaException {
    this.channels = first.ch_layout().nb_channels();
    this.format = first.format();
    this.rate = first.sample_rate();
    this.gain = gain;
    AVChannelLayout in = new AVChannelLayout();
    AVChannelLayout out = new AVChannelLayout();
    if (first.ch_layout().order() == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(in, channels);
    } else {
      av_channel_layout_copy(in, first.ch_layout());
    }
    av_channel_layout_default(out, channels == 1 ? 1 : 2);
    try {
      // Mixed down in floating point: into 16 bits libav would lower every sum that might clip.
      int format48 = mixes() ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_S16;
      Libav.check(
          swr_alloc_set_opts2(
              context, out, format48, PcmDecoder.SAMPLE_RATE, in, format, rate, 0, null),
          FAILED);
      Libav.check(swr_init(context), FAILED);
    } catch (MediaException e) {
      close();
      throw e;
    } finally {
      av_channel_layout_uninit(in);
      av_channel_layout_uninit(out);
    }
  }

  private boolean mixes() {
    return channels > 2;
  }

  /** Of the source, in Hz. */
  int rate() {
    return rate;
  }

  /** The loudest sample that was mixed down; 0 where nothing had to be. */
  float peak() {
    return peak;
  }

  /** Writes what is still inside; what is converted next need not follow it. */
  void flush(PcmFile out) throws IOException {
    convert(null, out);
    Libav.check(swr_init(context), FAILED);
  }

  /** Converts a frame, or with null what is still inside. */
  void convert(AVFrame frame, PcmFile out) throws IOException {
    if (frame != null
        && (frame.ch_layout().nb_channels() != channels
            || frame.format() != format
            || frame.sample_rate() != rate)) {
      throw new MediaException("its sound changes format on the way: export it again");
    }
    int samples = frame == null ? 0 : frame.nb_samples();
    int capacity = Math.max(1, swr_get_out_samples(context, samples));
    reserve(capacity);
    int made =
        Libav.check(
            swr_convert(
                context,
                planes,
                capacity,
                frame == null ? null : new PointerPointer<Pointer>(frame.extended_data()),
                samples),
            FAILED);
    buffer.position(0).get(converted, 0, made * (channels == 1 ? Short.BYTES : bytesOfTwo()));
    if (channels == 1) {
      copyToBothChannels(made);
    } else if (mixes()) {
      lower(made);
    }
    out.write(channels == 2 ? converted : stereo, made);
  }

  private int bytesOfTwo() {
    return mixes() ? 2 * Float.BYTES : PcmDecoder.BYTES_PER_SAMPLE;
  }

  private void copyToBothChannels(int samples) {
    for (int i = 0; i < samples; i++) {
      byte low = converted[2 * i];
      byte high = converted[2 * i + 1];
      stereo[4 * i] = low;
      stereo[4 * i + 1] = high;
      stereo[4 * i + 2] = low;
      stereo[4 * i + 3] = high;
    }
  }

  private void lower(int samples) {
    ByteBuffer from = ByteBuffer.wrap(converted).order(ByteOrder.nativeOrder());
    ByteBuffer to = ByteBuffer.wrap(stereo).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * samples; i++) {
      float value = from.getFloat();
      peak = Math.max(peak, Math.abs(value));
      long scaled = Math.round(value * gain * (Short.MAX_VALUE + 1));
      to.putShort((short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, scaled)));
    }
  }

  private void reserve(int samples) {
    if (stereo.length < samples * PcmDecoder.BYTES_PER_SAMPLE) {
      stereo = new byte[samples * PcmDecoder.BYTES_PER_SAMPLE];
      converted = new byte[2 * samples * Float.BYTES];
      buffer.deallocate();
      buffer = new BytePointer((long) converted.length);
      planes.put(0, buffer);
    }
  }

  @Override
  public void close() {
    swr_free(context);
    buffer.deallocate();
    planes.deallocate();
  }
}
