package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Decodes all pictures of a stream and notes what they are. */
final class PictureAnalysis {
  /** Matroska rounds to milliseconds. */
  private static final double ROUNDING_SECONDS = 0.0015;

  private final double tick;
  private long first = AV_NOPTS_VALUE;
  private long last;
  private long end;
  private long frames;
  private long shortest = Long.MAX_VALUE;
  private long longest;
  private boolean interlaced;
  private int width;
  private int height;

  private PictureAnalysis(AVStream stream) {
    this.tick = StreamDecoder.tick(stream);
  }

  static MediaReport.Picture at(MediaInput input, AVStream stream) throws MediaException {
    Orientation.of(stream);
    VideoNormalizer.refuseDolbyOnly(stream);
    PictureAnalysis analysis = new PictureAnalysis(stream);
    AVFrame frame = av_frame_alloc();
    try (StreamDecoder decoder = new StreamDecoder(input, stream)) {
      while (decoder.next(frame)) {
        analysis.take(frame);
      }
    } finally {
      av_frame_free(frame);
    }
    MediaReport.Picture picture = analysis.result(stream);
    input.refuseUndecoded(stream, analysis.end * analysis.tick);
    return picture;
  }

  private void take(AVFrame frame) throws MediaException {
    long timestamp = frame.best_effort_timestamp();
    long pts = timestamp == AV_NOPTS_VALUE ? end : timestamp;
    if (frames == 0) {
      Colours.of(frame);
      first = pts;
      width = frame.width();
      height = frame.height();
    } else {
      shortest = Math.min(shortest, pts - last);
      longest = Math.max(longest, pts - last);
    }
    interlaced |= (frame.flags() & AV_FRAME_FLAG_INTERLACED) != 0;
    long duration = frame.duration() > 0 ? frame.duration() : frames == 0 ? 0 : pts - last;
    end = Math.max(end, pts + duration);
    last = pts;
    frames++;
  }

  private MediaReport.Picture result(AVStream stream) throws MediaException {
    if (frames == 0) {
      throw new MediaException("has a video stream without a picture");
    }
    double seconds = (end - first) * tick;
    if (!(seconds > 0)) {
      throw new MediaException("has pictures but no duration");
    }
    boolean even = frames < 2 || (longest - shortest) * tick <= ROUNDING_SECONDS;
    return new MediaReport.Picture(
        avcodec_get_name(stream.codecpar().codec_id()).getString(),
        width,
        height,
        frames / seconds,
        frames,
        seconds,
        even,
        interlaced);
  }
}
