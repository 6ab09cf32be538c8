package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_STREAM;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;

import java.time.Duration;
import java.util.function.LongConsumer;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * How long a primitive may be. A header or packets that say more are enough to refuse it; what says
 * less is not believed, and the work ends where the limit is passed.
 *
 * @param limit of picture and of sound
 * @param setting what to raise it with, for the message
 */
public record DurationLimit(Duration limit, String setting) {
  /**
   * Refuses what is longer, by its header or by its packets, before anything is decoded. What
   * counts is how long it plays: a file whose time begins at an hour is not an hour longer, and a
   * stream that begins an hour after the file's time 0 is.
   *
   * @param zeroMicros the file's time from which the stream is decoded
   */
  void refuse(MediaInput input, AVStream stream, long zeroMicros) throws MediaException {
    long byPackets =
        input
            .scan()
            .track(stream.index())
            .filter(track -> !track.runs().isEmpty())
            .map(track -> input.scan().endMicros(track) - zeroMicros)
            .orElse(0L);
    long micros = Math.max(byHeader(input), byPackets);
    if (micros / AV_TIME_BASE > limit.toSeconds()) {
      throw refused("is " + words(Duration.ofSeconds(micros / AV_TIME_BASE)) + " long");
    }
  }

  /** In microseconds; 0 where it is not known. */
  private static long byHeader(MediaInput input) {
    long micros = input.context.duration();
    boolean known =
        micros != AV_NOPTS_VALUE
            && input.context.duration_estimation_method() == AVFMT_DURATION_FROM_STREAM;
    // Some count from 0 and some from their start.
    return known ? micros - Math.max(0, input.startMicros()) : 0;
  }

  /** Passes frames on until there are too many. */
  VideoNormalizer.Progress counting(LongConsumer progress) {
    long most = limit.toMillis() * VideoFormat.FRAMES_PER_SECOND / 1000;
    return frames -> {
      if (frames > most) {
        throw refused("does not end within " + words(limit));
      }
      progress.accept(frames);
    };
  }

  /** Samples of sound that may be. */
  long samples() {
    return limit.toMillis() * PcmDecoder.SAMPLE_RATE / 1000;
  }

  MediaException soundTooLong() {
    return refused("has sound that does not end within " + words(limit));
  }

  private MediaException refused(String what) {
    return new MediaException(
        what
            + ", and a primitive may last "
            + words(limit)
            + ": cut it, or raise "
            + setting
            + " if that length is intended");
  }

  private static String words(Duration duration) {
    StringBuilder words = new StringBuilder();
    add(words, duration.toHours(), "h");
    add(words, duration.toMinutesPart(), "min");
    add(words, duration.toSecondsPart(), "s");
    return words.length() == 0 ? "no time" : words.toString();
  }

  private static void add(StringBuilder words, long count, String unit) {
    if (count > 0) {
      words.append(words.length() == 0 ? "" : " ").append(count).append(' ').append(unit);
    }
  }
}
