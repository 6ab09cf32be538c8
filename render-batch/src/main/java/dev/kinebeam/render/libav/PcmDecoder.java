package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_uninit;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;
import static org.bytedeco.ffmpeg.global.swresample.swr_alloc_set_opts2;
import static org.bytedeco.ffmpeg.global.swresample.swr_convert;
import static org.bytedeco.ffmpeg.global.swresample.swr_free;
import static org.bytedeco.ffmpeg.global.swresample.swr_get_out_samples;
import static org.bytedeco.ffmpeg.global.swresample.swr_init;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Turns a sound stream into raw PCM: 48 kHz, stereo, interleaved signed 16-bit little-endian.
 *
 * <p>Sample 0 is the container's time 0: encoder delay is taken off (an MP3 begins 1105 samples
 * late, an AAC stream 1024), a later start is filled with silence, an earlier one cut.
 *
 * <p>Mono is copied to both channels at its own level. libav's own rule would lower it by 3 dB, and
 * a mono voice-over would then be quieter than the same voice delivered in stereo. More than two
 * channels are mixed down by libav's rule.
 */
public final class PcmDecoder {
  public static final int SAMPLE_RATE = 48_000;
  public static final int BYTES_PER_SAMPLE = 4;

  private PcmDecoder() {}

  /**
   * Writes the first sound stream at its natural length and returns its samples per channel.
   *
   * @throws MediaException when there is no sound stream, or not a usable one
   */
  public static long decode(Path source, Path out) throws IOException {
    try (MediaInput input = MediaInput.open(source);
        PcmFile file = new PcmFile(out, Long.MAX_VALUE)) {
      AVStream stream = input.audio().orElseThrow(() -> new MediaException("has no audio stream"));
      decode(input, stream, file);
      if (file.written == 0) {
        throw new MediaException("has an audio stream without a single sample");
      }
      return file.written;
    }
  }

  /** Writes exactly {@code samples}: cut, or filled with silence; all silence without a stream. */
  public static void decodeExactly(Path source, Path out, long samples) throws IOException {
    try (MediaInput input = MediaInput.open(source);
        PcmFile file = new PcmFile(out, samples)) {
      Optional<AVStream> stream = input.audio();
      if (stream.isPresent()) {
        decode(input, stream.get(), file);
      }
      file.silence(samples - file.written);
    }
  }

  private static void decode(MediaInput input, AVStream stream, PcmFile out) throws IOException {
    AVFrame frame = av_frame_alloc();
    try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
      Resampler resampler = null;
      try {
        while (!out.full() && decoder.next(frame)) {
          if (resampler == null) {
            resampler = new Resampler(frame);
            out.beginAt(offset(input, stream, frame));
          }
          resampler.convert(frame, out);
        }
        if (resampler != null) {
          resampler.convert(null, out);
        }
      } finally {
        if (resampler != null) {
          resampler.close();
        }
      }
    } finally {
      av_frame_free(frame);
    }
  }

  /** Samples from the container's start to the first decoded one. */
  private static long offset(MediaInput input, AVStream stream, AVFrame first) {
    if (first.pts() == AV_NOPTS_VALUE) {
      return 0;
    }
    long at = av_rescale_q(first.pts(), stream.time_base(), av_make_q(1, SAMPLE_RATE));
    return at
        - av_rescale_q(input.startMicros(), av_make_q(1, 1_000_000), av_make_q(1, SAMPLE_RATE));
  }

  /** The output, which knows what to skip at the front and where to stop. */
  private static final class PcmFile implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    private final OutputStream out;
    private final long limit;
    private long written;
    private long toSkip;

    PcmFile(Path path, long limit) throws IOException {
      this.out = new BufferedOutputStream(Files.newOutputStream(path), BLOCK);
      this.limit = limit;
    }

    boolean full() {
      return written >= limit;
    }

    void beginAt(long offset) throws IOException {
      if (offset < 0) {
        toSkip = -offset;
      } else {
        silence(Math.min(offset, limit));
      }
    }

    void silence(long samples) throws IOException {
      byte[] zeros = new byte[BLOCK];
      for (long left = samples * BYTES_PER_SAMPLE; left > 0; left -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
      written += Math.max(0, samples);
    }

    void write(byte[] pcm, int samples) throws IOException {
      int skip = (int) Math.min(toSkip, samples);
      toSkip -= skip;
      int keep = (int) Math.min(samples - skip, limit - written);
      out.write(pcm, skip * BYTES_PER_SAMPLE, keep * BYTES_PER_SAMPLE);
      written += keep;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  private static final class Resampler implements AutoCloseable {
    private final SwrContext context = new SwrContext(null);
    private final PointerPointer<BytePointer> planes = new PointerPointer<>(1);
    private final boolean mono;
    private final int format;
    private final int rate;
    private final int channels;
    private BytePointer buffer = new BytePointer();
    private byte[] bytes = new byte[0];

    Resampler(AVFrame first) throws MediaException {
      AVChannelLayout in = new AVChannelLayout();
      AVChannelLayout out = new AVChannelLayout();
      channels = first.ch_layout().nb_channels();
      format = first.format();
      rate = first.sample_rate();
      mono = channels == 1;
      av_channel_layout_default(out, mono ? 1 : 2);
      av_channel_layout_copy(in, first.ch_layout());
      try {
        Libav.check(
            swr_alloc_set_opts2(
                context, out, AV_SAMPLE_FMT_S16, SAMPLE_RATE, in, format, rate, 0, null),
            "its sound cannot be converted");
        Libav.check(swr_init(context), "its sound cannot be converted");
      } finally {
        av_channel_layout_uninit(in);
        av_channel_layout_uninit(out);
      }
    }

    /** Converts a frame, or with null what is still inside. */
    void convert(AVFrame frame, PcmFile out) throws IOException {
      if (frame != null
          && (frame.ch_layout().nb_channels() != channels
              || frame.format() != format
              || frame.sample_rate() != rate)) {
        throw new MediaException("its sound changes format on the way");
      }
      int samples = frame == null ? 0 : frame.nb_samples();
      int capacity = Math.max(1, swr_get_out_samples(context, samples));
      reserve(capacity);
      int converted =
          Libav.check(
              swr_convert(
                  context,
                  planes,
                  capacity,
                  frame == null ? null : new PointerPointer<Pointer>(frame.extended_data()),
                  samples),
              "its sound cannot be converted");
      buffer.position(0).get(bytes, 0, converted * (mono ? 2 : BYTES_PER_SAMPLE));
      if (mono) {
        copyToBothChannels(converted);
      }
      out.write(bytes, converted);
    }

    private void copyToBothChannels(int samples) {
      for (int i = samples - 1; i >= 0; i--) {
        byte low = bytes[2 * i];
        byte high = bytes[2 * i + 1];
        bytes[4 * i] = low;
        bytes[4 * i + 1] = high;
        bytes[4 * i + 2] = low;
        bytes[4 * i + 3] = high;
      }
    }

    private void reserve(int samples) {
      if (bytes.length < samples * BYTES_PER_SAMPLE) {
        bytes = new byte[samples * BYTES_PER_SAMPLE];
        buffer.deallocate();
        buffer = new BytePointer((long) bytes.length);
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
}
