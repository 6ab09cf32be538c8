package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Turns a sound stream into raw PCM: 48 kHz, stereo, interleaved signed 16-bit little-endian.
 *
 * <p>Sample 0 is the container's time 0, and in a video the first picture's: encoder delay is taken
 * off (an MP3 begins 1105 samples late, an AAC stream 1024), a later start is filled with silence,
 * an earlier one cut. Every hole in the time stamps becomes silence, however short, and an overlap
 * is cut; see {@link SoundClock}.
 *
 * <p>Mono is copied to both channels at its own level. libav's own rule would lower it by 3 dB, and
 * a mono voice-over would then be quieter than the same voice delivered in stereo.
 *
 * <p>More than two channels are mixed down by ITU-R BS.775: front as it is, centre and surround at
 * −3 dB, no LFE. Where that sum would pass full scale, the whole file is lowered by a constant so
 * that its loudest sample just fits: nothing clips, nothing pumps, and what is not too loud keeps
 * its level. libav's own rule would lower every such file by 7.7 dB.
 */
public final class PcmDecoder {
  public static final int SAMPLE_RATE = 48_000;
  public static final int BYTES_PER_SAMPLE = 4;

  private static final double MICROS = 1e6;
  private static final double FULL_SCALE = 32_767 / 32_768.0;

  private PcmDecoder() {}

  /**
   * Writes the first sound stream at its natural length and returns its samples per channel.
   *
   * @throws MediaException when there is no sound stream, or not a usable one
   * @throws IOException when {@code out} cannot be written
   */
  public static long decode(Path source, Path out, DurationLimit longest) throws IOException {
    try (MediaInput input = MediaInput.open(source)) {
      AVStream stream =
          input
              .audio()
              .orElseThrow(
                  () -> new MediaException("has no audio stream: record or export it again"));
      long zero = input.startMicros();
      longest.refuse(input, stream, zero);
      long most = longest.samples() + 1;
      double gain = gain(input, stream, zero, most);
      try (PcmFile file = new PcmFile(Files.newOutputStream(out), most)) {
        Decoding decoding = new Decoding(input, stream, zero, file, gain);
        decoding.run();
        if (file.written() > longest.samples()) {
          throw longest.soundTooLong();
        }
        if (file.written() == 0) {
          throw new MediaException("has an audio stream without a single sample: export it again");
        }
        input.refuseUndecoded(stream, decoding.endSeconds());
        return file.written();
      }
    }
  }

  /**
   * Writes a video's sound as exactly {@code samples}: cut, or filled with silence; all silence
   * without a stream.
   */
  public static void decodeExactly(Path source, Path out, long samples) throws IOException {
    try (MediaInput input = MediaInput.open(source);
        PcmFile file = new PcmFile(Files.newOutputStream(out), samples)) {
      Optional<AVStream> stream = input.audio();
      if (stream.isPresent()) {
        long zero = input.pictureStartMicros();
        double gain = gain(input, stream.get(), zero, samples);
        Decoding decoding = new Decoding(input, stream.get(), zero, file, gain);
        decoding.run();
        if (!file.full()) {
          input.refuseUndecoded(stream.get(), decoding.endSeconds());
        }
      }
      file.silence(samples - file.written());
    }
  }

  /** By how much to lower what is mixed down; found by mixing the same part once to nowhere. */
  private static double gain(MediaInput input, AVStream stream, long zeroMicros, long samples)
      throws IOException {
    if (stream.codecpar().ch_layout().nb_channels() <= 2) {
      return 1;
    }
    try (MediaInput again = input.again();
        PcmFile nowhere = new PcmFile(OutputStream.nullOutputStream(), samples)) {
      AVStream same = again.context.streams(stream.index());
      return Math.min(1, FULL_SCALE / new Decoding(again, same, zeroMicros, nowhere, 1).run());
    }
  }

  /** One stream on its way into a file. */
  private static final class Decoding {
    private final MediaInput input;
    private final AVStream stream;
    private final long zeroMicros;
    private final PcmFile out;
    private final double gain;
    private Resampler resampler;
    private SoundClock clock;

    Decoding(MediaInput input, AVStream stream, long zeroMicros, PcmFile out, double gain) {
      this.input = input;
      this.stream = stream;
      this.zeroMicros = zeroMicros;
      this.out = out;
      this.gain = gain;
    }

    /** Returns the loudest sample that was mixed down, before the gain; 1 is full scale. */
    double run() throws IOException {
      AVFrame frame = av_frame_alloc();
      try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
        while (!out.full() && decoder.next(frame)) {
          place(frame);
          resampler.convert(frame, out);
        }
        if (resampler == null) {
          return 0;
        }
        resampler.flush(out);
        return resampler.peak();
      } finally {
        av_frame_free(frame);
        if (resampler != null) {
          resampler.close();
        }
      }
    }

    /** Where the last frame ends, in the file's own time. */
    double endSeconds() {
      return zeroMicros / MICROS
          + (resampler == null ? 0 : (double) clock.next() / resampler.rate());
    }

    private void place(AVFrame frame) throws IOException {
      long follows = Long.MIN_VALUE;
      if (resampler == null) {
        resampler = new Resampler(frame, gain);
        clock = new SoundClock(frame.sample_rate(), StreamDecoder.tick(stream), zeroMicros);
      } else {
        follows = clock.next();
      }
      long at = clock.place(StreamDecoder.timeStamp(frame), frame.nb_samples());
      if (at != follows) {
        resampler.flush(out);
        out.moveTo(Math.round(at * (double) SAMPLE_RATE / resampler.rate()));
      }
    }
  }
}
