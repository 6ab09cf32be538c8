package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AV_FOURCC_MAX_STRING_SIZE;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_fourcc_make_string;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * The frames of one stream in presentation order. Damage is an error, since a frame that is missing
 * moves every later count; only other data after the last good frame (a tag at a file's end) is
 * ignored.
 */
final class StreamDecoder implements AutoCloseable {
  private static final String AGAIN = "; export or upload it again";

  final AVStream stream;
  final AVCodecContext codec;
  private final MediaInput input;
  private final AVPacket packet = av_packet_alloc();
  private boolean drained;
  private String damage;
  private long frames;

  StreamDecoder(MediaInput input, AVStream stream) throws MediaException {
    this.input = input;
    this.stream = stream;
    int id = stream.codecpar().codec_id();
    AVCodec decoder = avcodec_find_decoder(id);
    if (decoder == null) {
      throw new MediaException(unknown(stream.codecpar()));
    }
    codec = avcodec_alloc_context3(decoder);
    try {
      Libav.check(avcodec_parameters_to_context(codec, stream.codecpar()), "codec parameters");
      codec.thread_count(1);
      codec.pkt_timebase(stream.time_base());
      codec.max_pixels(MediaInput.MAX_PIXELS);
      Libav.check(avcodec_open2(codec, decoder, (AVDictionary) null), "its codec cannot be opened");
    } catch (MediaException e) {
      close();
      throw e;
    }
  }

  private static String unknown(AVCodecParameters parameters) {
    boolean sound = parameters.codec_type() == AVMEDIA_TYPE_AUDIO;
    int id = parameters.codec_id();
    String name =
        id != AV_CODEC_ID_NONE
            ? avcodec_get_name(id).getString()
            : parameters.codec_tag() == 0 ? "without a name" : "'" + fourcc(parameters) + "'";
    return (sound ? "its sound" : "its picture")
        + " is in the codec "
        + name
        + ", which this build of ffmpeg does not decode: export it as "
        + (sound ? "AAC" : "H.264 in MP4");
  }

  private static String fourcc(AVCodecParameters parameters) {
    byte[] text = new byte[AV_FOURCC_MAX_STRING_SIZE];
    av_fourcc_make_string(text, parameters.codec_tag());
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.US_ASCII);
  }

  /** Of one tick of a stream's clock, in seconds. */
  static double tick(AVStream stream) {
    return stream.time_base().num() / (double) stream.time_base().den();
  }

  /** When a frame begins, in ticks; empty where nothing says so. */
  static OptionalLong timeStamp(AVFrame frame) {
    long pts = frame.best_effort_timestamp();
    return pts == AV_NOPTS_VALUE ? OptionalLong.empty() : OptionalLong.of(pts);
  }

  /** Fills {@code frame} with the next one; false at the end of the stream. */
  boolean next(AVFrame frame) throws MediaException {
    while (true) {
      int received = avcodec_receive_frame(codec, frame);
      if (received >= 0) {
        if (damage != null) {
          throw new MediaException(damage + AGAIN);
        }
        if ((frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0) {
          throw new MediaException(
              "is damaged at " + seconds(frame.best_effort_timestamp()) + AGAIN);
        }
        frames++;
        return true;
      }
      if (received == AVERROR_EOF()) {
        if (frames == 0 && damage != null) {
          throw new MediaException(damage + AGAIN);
        }
        return false;
      }
      if (received != AVERROR_EAGAIN()) {
        noteDamage(received, AV_NOPTS_VALUE);
      } else if (!drained) {
        feed();
      }
    }
  }

  private void feed() throws MediaException {
    if (!input.read(packet)) {
      drained = true;
      avcodec_send_packet(codec, null);
      return;
    }
    try {
      if (packet.stream_index() == stream.index()) {
        int sent = avcodec_send_packet(codec, packet);
        if (sent < 0) {
          noteDamage(sent, packet.pts());
        }
      }
    } finally {
      av_packet_unref(packet);
    }
  }

  private void noteDamage(int error, long pts) {
    if (damage == null) {
      String where = pts == AV_NOPTS_VALUE ? "after " + frames + " frames" : "at " + seconds(pts);
      damage = "is damaged " + where + ": " + Libav.message(error);
    }
  }

  private String seconds(long pts) {
    return String.format(Locale.ROOT, "%.2f s", pts * tick(stream));
  }

  @Override
  public void close() {
    av_packet_free(packet);
    avcodec_free_context(codec);
  }
}
