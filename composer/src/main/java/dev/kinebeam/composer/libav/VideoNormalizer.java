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
import java.util.ArrayList;
import java.util.List;
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

  /** A file to encode into, and the shape of its pictures. */
  public record Output(Path file, VideoFormat format) {}

  /**
   * Encodes {@code source}, decoded once, into every output; returns the number of frames of each,
   * at least 1. An output has the same bytes whichever others are made beside it.
   *
   * @param longest how long the source may be
   * @param progress receives the number of frames written so far, after each frame
   * @throws MediaException when the source is not usable; the outputs are then rubbish
   * @throws IOException when an output cannot be written
   */
  public static long normalize(
      Path source, List<Output> outputs, DurationLimit longest, LongConsumer progress)
      throws IOException {
    List<Lane> lanes = new ArrayList<>();
    try (MediaInput input = MediaInput.open(source)) {
      AVStream stream = input.needVideo();
      longest.refuse(input, stream, input.pictureStartMicros());
      refuseDolbyOnly(stream);
      try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
        for (Output output : outputs) {
          lanes.add(new Lane(output));
        }
        encode(input, decoder, lanes, longest.counting(progress));
        long frames = 0;
        for (Lane lane : lanes) {
          frames = lane.writer.finish();
        }
        return frames;
      }
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  /**
   * The most that mezzanines of {@code source} in these formats can take on disk, their sound
   * included; 0 when its packets do not say how long it is.
   */
  public static long mostBytes(Path source, List<VideoFormat> formats) throws IOException {
    long perSecond = 0;
    for (VideoFormat format : formats) {
      perSecond +=
          format.maxBitRate() / 8L + (long) PcmDecoder.SAMPLE_RATE * PcmDecoder.BYTES_PER_SAMPLE;
    }
    try (MediaInput input = MediaInput.open(source)) {
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
      MediaInput input, StreamDecoder decoder, List<Lane> lanes, Progress progress)
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
    AVFrame frame = av_frame_alloc();
    try {
      while (decoder.next(frame)) {
        if (last == AV_NOPTS_VALUE) {
          AVRational aspect = av_guess_sample_aspect_ratio(input.context, stream, frame);
          for (Lane lane : lanes) {
            lane.begin(stream, rate, aspect, frame);
          }
        }
        long pts = frame.best_effort_timestamp();
        // Never before the picture that was shown last, by however little a clock runs back.
        long given = pts == AV_NOPTS_VALUE ? end : pts - start;
        frame.pts(last == AV_NOPTS_VALUE ? given : Math.max(given, last + 1));
        last = frame.pts();
        end = Math.max(end, frame.pts() + (frame.duration() > 0 ? frame.duration() : frameTicks));
        for (Lane lane : lanes) {
          lane.push(frame);
        }
        av_frame_unref(frame);
        drain(lanes, progress);
      }
      if (last == AV_NOPTS_VALUE) {
        throw new MediaException("has a video stream without a single frame: export it again");
      }
      input.refuseUndecoded(stream, (start + end) * StreamDecoder.tick(stream));
      for (Lane lane : lanes) {
        lane.filter.finish(end);
      }
      if (drain(lanes, progress) == 0) {
        throw new MediaException("has no frame at or after time 0: export it again");
      }
    } finally {
      av_frame_free(frame);
    }
  }

  /** Encodes what the filters have ready; returns the frames written so far. */
  private static long drain(List<Lane> lanes, Progress progress) throws IOException {
    for (Lane lane : lanes.subList(1, lanes.size())) {
      lane.drain(Progress.NONE);
    }
    return lanes.get(0).drain(progress);
  }

  /** The way of the pictures into one output. */
  private static final class Lane implements AutoCloseable {
    private final VideoFormat format;
    private final H264Writer writer;
    private final AVFrame finished = av_frame_alloc();
    private PictureFilter filter;
    private long written;

    Lane(Output output) throws IOException {
      this.format = output.format();
      this.writer = new H264Writer(output.file(), format);
    }

    void begin(AVStream stream, AVRational rate, AVRational aspect, AVFrame first)
        throws MediaException {
      filter = new PictureFilter(stream, rate, aspect, first, format);
    }

    /** Takes a reference to the frame's content. */
    void push(AVFrame frame) throws MediaException {
      filter.push(frame);
    }

    long drain(Progress progress) throws IOException {
      while (filter.pull(finished)) {
        writer.write(finished);
        av_frame_unref(finished);
        progress.written(++written);
      }
      return written;
    }

    @Override
    public void close() {
      av_frame_free(finished);
      if (filter != null) {
        filter.close();
      }
      writer.close();
    }
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
    /** Ignores them. */
    Progress NONE = frames -> {};

    void written(long frames) throws MediaException;
  }
}
