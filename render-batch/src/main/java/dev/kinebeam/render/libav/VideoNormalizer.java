package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_ARIB_STD_B67;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_SMPTE2084;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_inv_q;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Turns the picture stream of any source into a mezzanine MP4 (see {@link H264Writer}). */
public final class VideoNormalizer {
  private static final long MICROS = 1_000_000;

  /** A header may round; more than this much missing at the end is a file that breaks off. */
  private static final double TOLERATED_SHORTFALL_SECONDS = 0.5;

  private VideoNormalizer() {}

  /**
   * Encodes {@code source} into {@code out} and returns its number of frames, at least 1.
   *
   * @param progress is told the frames written so far, after each
   * @throws MediaException when the source is not usable; {@code out} is then rubbish
   */
  public static long normalize(Path source, Path out, VideoFormat format, LongConsumer progress)
      throws IOException {
    try (MediaInput input = MediaInput.open(source)) {
      AVStream stream = input.video().orElseThrow(() -> new MediaException("has no video stream"));
      try (StreamDecoder decoder = new StreamDecoder(input, stream);
          H264Writer writer = new H264Writer(out, format)) {
        encode(input, decoder, writer, format, progress);
        return writer.finish();
      }
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
      LongConsumer progress)
      throws MediaException {
    AVStream stream = decoder.stream;
    AVRational timeBase = stream.time_base();
    AVRational rate = av_guess_frame_rate(input.context, stream, null);
    if (rate.num() <= 0 || rate.den() <= 0) {
      rate = av_make_q(VideoFormat.FRAMES_PER_SECOND, 1);
    }
    long start = av_rescale_q(input.startMicros(), av_make_q(1, (int) MICROS), timeBase);
    long frameTicks = Math.max(1, av_rescale_q(1, av_inv_q(rate), timeBase));
    long end = 0;
    long written = 0;
    PictureFilter filter = null;
    AVFrame frame = av_frame_alloc();
    AVFrame finished = av_frame_alloc();
    try {
      while (decoder.next(frame)) {
        if (filter == null) {
          refuseHdr(frame);
          filter = new PictureFilter(stream, rate, frame, format);
        }
        long pts = frame.best_effort_timestamp();
        frame.pts(pts == AV_NOPTS_VALUE ? end : pts - start);
        end = Math.max(end, frame.pts() + (frame.duration() > 0 ? frame.duration() : frameTicks));
        filter.push(frame);
        written = drain(filter, finished, writer, written, progress);
      }
      if (filter == null) {
        throw new MediaException("has a video stream without a single frame");
      }
      refuseTruncated(stream, end);
      filter.finish(end);
      written = drain(filter, finished, writer, written, progress);
      if (written == 0) {
        throw new MediaException("has no frame at or after time 0");
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
      PictureFilter filter, AVFrame frame, H264Writer writer, long written, LongConsumer progress)
      throws MediaException {
    long count = written;
    while (filter.pull(frame)) {
      writer.write(frame);
      av_frame_unref(frame);
      progress.accept(++count);
    }
    return count;
  }

  private static void refuseHdr(AVFrame frame) throws MediaException {
    int transfer = frame.color_trc();
    if (transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67) {
      throw new MediaException(
          "is HDR (PQ or HLG), which would look washed out: deliver it in SDR");
    }
  }

  private static void refuseTruncated(AVStream stream, long end) throws MediaException {
    if (stream.duration() == AV_NOPTS_VALUE) {
      return;
    }
    double unit = stream.time_base().num() / (double) stream.time_base().den();
    double missing = (stream.duration() - end) * unit;
    if (missing > TOLERATED_SHORTFALL_SECONDS) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "breaks off at %.2f s, although its header says %.2f s",
              end * unit,
              stream.duration() * unit));
    }
  }
}
