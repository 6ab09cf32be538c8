package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DOVI_CONF;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_inv_q;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Turns the picture stream of any source into a mezzanine MP4 (see {@link H264Writer}). */
public final class VideoNormalizer {
  private static final long MICROS = 1_000_000;

  /** Dolby Vision of a single layer in colours of its own. */
  private static final int DOLBY_ONLY = 5;

  private VideoNormalizer() {}

  /**
   * Encodes {@code source} into {@code out} and returns its number of frames, at least 1.
   *
   * @param longest how long the source may be
   * @param progress receives the number of frames written so far, after each frame
   * @throws MediaException when the source is not usable; {@code out} is then rubbish
   * @throws IOException when {@code out} cannot be written
   */
  public static long normalize(
      Path source, Path out, VideoFormat format, DurationLimit longest, LongConsumer progress)
      throws IOException {
    try (MediaInput input = MediaInput.open(source)) {
      AVStream stream = input.needVideo();
      longest.refuse(input, stream, input.pictureStartMicros());
      refuseDolbyOnly(stream);
      try (StreamDecoder decoder = new StreamDecoder(input, stream);
          H264Writer writer = new H264Writer(out, format)) {
        encode(input, decoder, writer, format, longest.counting(progress));
        return writer.finish();
      }
    }
  }

  /**
   * The most that a mezzanine of {@code source} can take on disk, its sound included; 0 when its
   * packets do not say how long it is.
   */
  public static long mostBytes(Path source, VideoFormat format) throws IOException {
    try (MediaInput input = MediaInput.open(source)) {
      long perSecond =
          format.maxBitRate() / 8L + (long) PcmDecoder.SAMPLE_RATE * PcmDecoder.BYTES_PER_SAMPLE;
      AVStream stream = input.needVideo();
      long micros = input.scan().track(stream.index()).map(input.scan()::playedMicros).orElse(0L);
      return micros / MICROS * perSecond;
    }
  }

  /**
   * The beginning of the {@code avcC} record (ISO/IEC 14496-15) that every file of this format
   * carries: profile, SPS and PPS. It depends on the format and the build of the libraries only.
   */
  public static byte[] avcConfiguration(VideoFormat format) throws MediaException {
    return H264Writer.avcConfiguration(format);
  }

  private static void encode(
      MediaInput input,
      StreamDecoder decoder,
      H264Writer writer,
      VideoFormat format,
      Progress progress)
      throws IOException {
    AVStream stream = decoder.stream;
    AVRational timeBase = stream.time_base();
    AVRational rate = av_guess_frame_rate(input.context, stream, null);
    if (rate.num() <= 0 || rate.den() <= 0) {
      rate = av_make_q(VideoFormat.FRAMES_PER_SECOND, 1);
    }
    long start = av_rescale_q(input.pictureStartMicros(), av_make_q(1, (int) MICROS), timeBase);
    long frameTicks = Math.max(1, av_rescale_q(1, av_inv_q(rate), timeBase));
    long end = 0;
    long last = AV_NOPTS_VALUE;
    long written = 0;
    PictureFilter filter = null;
    AVFrame frame = av_frame_alloc();
    AVFrame finished = av_frame_alloc();
    try {
      while (decoder.next(frame)) {
        if (filter == null) {
          AVRational aspect = av_guess_sample_aspect_ratio(input.context, stream, frame);
          filter = new PictureFilter(stream, rate, aspect, frame, format);
        }
        long pts = frame.best_effort_timestamp();
        // Never before the picture that was shown last, by however little a clock runs back.
        long given = pts == AV_NOPTS_VALUE ? end : pts - start;
        frame.pts(last == AV_NOPTS_VALUE ? given : Math.max(given, last + 1));
        last = frame.pts();
        end = Math.max(end, frame.pts() + (frame.duration() > 0 ? frame.duration() : frameTicks));
        filter.push(frame);
        written = drain(filter, finished, writer, written, progress);
      }
      if (filter == null) {
        throw new MediaException("has a video stream without a single frame: export it again");
      }
      input.refuseUndecoded(stream, (start + end) * StreamDecoder.tick(stream));
      filter.finish(end);
      written = drain(filter, finished, writer, written, progress);
      if (written == 0) {
        throw new MediaException("has no frame at or after time 0: export it again");
      }
    } finally {
      av_frame_free(frame);
      av_frame_free(finished);
      if (filter != null) {
        filter.close();
      }
    }
  }

  private static long drain(
      PictureFilter filter, AVFrame frame, H264Writer writer, long written, Progress progress)
      throws IOException {
    long count = written;
    while (filter.pull(frame)) {
      writer.write(frame);
      av_frame_unref(frame);
      progress.written(++count);
    }
    return count;
  }

  /** Its colours mean nothing without Dolby's own curves; other Dolby Vision is HDR as well. */
  static void refuseDolbyOnly(AVStream stream) throws MediaException {
    AVPacketSideData record =
        av_packet_side_data_get(
            stream.codecpar().coded_side_data(),
            stream.codecpar().nb_coded_side_data(),
            AV_PKT_DATA_DOVI_CONF);
    if (record != null && record.size() > 2 && record.data().get(2) == DOLBY_ONLY) {
      throw new MediaException(
          "is Dolby Vision of profile 5, which only Dolby's decoders show right: deliver it in"
              + " SDR");
    }
  }

  /** Receives the frames written so far, and may end it. */
  interface Progress {
    void written(long frames) throws MediaException;
  }
}
