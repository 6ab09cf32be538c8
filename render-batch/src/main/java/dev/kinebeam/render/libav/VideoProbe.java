package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * What a whole video file is, found by decoding its first picture and reading every packet: a file
 * that was cut off, or whose container promises more than it holds, does not pass.
 *
 * @param seconds from the first picture's start to the last one's end
 * @param codec the picture's, by ffmpeg's name
 */
public record VideoProbe(double seconds, int width, int height, String codec, boolean hasSound) {
  /** Containers round; a cut-off file misses more. */
  private static final double MISSING_TOLERATED = 0.02;

  private static final double MISSING_TOLERATED_SECONDS = 0.5;

  /**
   * Reads the file. Untrusted ones belong into a child process.
   *
   * @throws MediaException saying why it is no playable video
   */
  public static VideoProbe of(Path file) throws IOException {
    try (MediaInput input = MediaInput.open(file)) {
      AVStream video = input.video().orElseThrow(() -> new MediaException("has no video stream"));
      decodeFirst(input, video);
      Ends ends = readToEnd(input, video);
      double seconds = ends.picture();
      if (video.duration() != AV_NOPTS_VALUE) {
        checkEnd(seconds, video.duration() * seconds(video), "picture");
      }
      if (input.context.duration() != AV_NOPTS_VALUE) {
        checkEnd(ends.last(), input.context.duration() / (double) AV_TIME_BASE, "file");
      }
      if (!(seconds > 0)) {
        throw new MediaException("has pictures but no duration");
      }
      return new VideoProbe(
          seconds,
          video.codecpar().width(),
          video.codecpar().height(),
          avcodec_get_name(video.codecpar().codec_id()).getString(),
          input.audio().isPresent());
    }
  }

  private static void decodeFirst(MediaInput input, AVStream video) throws MediaException {
    AVFrame frame = av_frame_alloc();
    try (StreamDecoder decoder = new StreamDecoder(input, video)) {
      if (!decoder.next(frame)) {
        throw new MediaException("has a video stream without a picture");
      }
    } finally {
      av_frame_free(frame);
    }
  }

  private static void checkEnd(double seconds, double promised, String what) throws MediaException {
    if (seconds < promised * (1 - MISSING_TOLERATED) - MISSING_TOLERATED_SECONDS) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "is cut off: %.1f s of the %s's %.1f s are there",
              seconds,
              what,
              promised));
    }
  }

  /**
   * How much there is, in seconds.
   *
   * @param picture from the first picture's start to the last one's end
   * @param last the latest end of any stream, from the container's start
   */
  private record Ends(double picture, double last) {}

  /** What the decoder has taken in already lies before, and does not move the end. */
  private static Ends readToEnd(MediaInput input, AVStream video) throws MediaException {
    AVPacket packet = av_packet_alloc();
    long start = video.start_time() == AV_NOPTS_VALUE ? 0 : video.start_time();
    long end = start;
    double last = 0;
    try {
      int read = av_read_frame(input.context, packet);
      while (read >= 0) {
        if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
          throw new MediaException("holds a damaged packet");
        }
        AVStream stream = input.context.streams(packet.stream_index());
        long pts = packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        if (stream.index() == video.index()) {
          end = Math.max(end, pts + packet.duration());
        }
        if (pts != AV_NOPTS_VALUE) {
          last = Math.max(last, (pts + packet.duration()) * seconds(stream));
        }
        av_packet_unref(packet);
        read = av_read_frame(input.context, packet);
      }
      if (read != AVERROR_EOF()) {
        throw new MediaException("breaks off: " + Libav.message(read));
      }
      if (end == start) {
        // A single picture: the decoder had all of it.
        end = start + Math.max(0, video.duration());
      }
      double picture = (end - start) * seconds(video);
      return new Ends(picture, Math.max(picture, last - input.startMicros() / 1e6));
    } finally {
      av_packet_free(packet);
    }
  }

  /** Of one tick of the stream's clock. */
  private static double seconds(AVStream stream) {
    return stream.time_base().num() / (double) stream.time_base().den();
  }
}
