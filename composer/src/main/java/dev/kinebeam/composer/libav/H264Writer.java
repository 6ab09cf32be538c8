package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_CLOSED_GOP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Pictures encoded so that their packets can be joined to those of any other file of the same
 * format by copying: constant SPS and PPS ({@code stitchable}), closed groups of 60 frames, a fixed
 * pattern of B-frames and so a fixed reorder delay. One thread, because a binding rate cap with
 * more is not repeatable.
 */
final class H264Writer implements AutoCloseable {
  private static final String X264_PARAMS =
      "stitchable=1:scenecut=0:open-gop=0:bframes=2:b-adapt=0:b-pyramid=0:repeat-headers=0"
          + ":keyint="
          + VideoFormat.GOP
          + ":min-keyint="
          + VideoFormat.GOP;

  private static final int SPS = 7;
  private static final int PPS = 8;

  private final AVCodecContext encoder;
  private final AVFormatContext muxer = new AVFormatContext(null);
  private final AVStream stream;
  private final AVIOContext file = new AVIOContext(null);
  private final AVPacket packet = av_packet_alloc();
  private long frames;

  H264Writer(Path out, VideoFormat format) throws IOException {
    encoder = openEncoder(format);
    Libav.check(avformat_alloc_output_context2(muxer, null, "mp4", out.toString()), "mp4 muxer");
    muxer.flags(muxer.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    stream = avformat_new_stream(muxer, null);
    avcodec_parameters_from_context(stream.codecpar(), encoder);
    stream.time_base(encoder.time_base());
    stream.codecpar().codec_tag(0);
    checkWritten(avio_open(file, "file:" + out.toAbsolutePath(), AVIO_FLAG_WRITE));
    muxer.pb(file);
    // The btrt box depends on the content, and equal sample entries are what makes joining legal.
    try (Libav.Options options =
        new Libav.Options(
            Map.of(
                "video_track_timescale",
                Integer.toString(VideoFormat.TIMESCALE),
                "write_btrt",
                "0"))) {
      checkWritten(avformat_write_header(muxer, options.dictionary));
    }
  }

  private static AVCodecContext openEncoder(VideoFormat format) throws MediaException {
    String name = Libav.h264Encoder();
    AVCodec codec = avcodec_find_encoder_by_name(name);
    AVCodecContext context = avcodec_alloc_context3(codec);
    context.width(format.width()).height(format.height()).pix_fmt(AV_PIX_FMT_YUV420P);
    context.time_base(av_make_q(1, VideoFormat.FRAMES_PER_SECOND));
    context.framerate(av_make_q(VideoFormat.FRAMES_PER_SECOND, 1));
    context.sample_aspect_ratio(av_make_q(1, 1));
    context.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_BT709);
    context.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
    context.gop_size(VideoFormat.GOP).thread_count(1);
    context.flags(
        context.flags()
            | AV_CODEC_FLAG_GLOBAL_HEADER
            | AV_CODEC_FLAG_CLOSED_GOP
            | AV_CODEC_FLAG_BITEXACT);
    boolean x264 = name.equals("libx264");
    if (!x264) {
      context.bit_rate(format.maxBitRate() * 3L / 4);
    }
    try (Libav.Options options = new Libav.Options(x264 ? x264(format) : openh264())) {
      Libav.check(avcodec_open2(context, codec, options.dictionary), "H.264 encoder");
    } catch (MediaException e) {
      avcodec_free_context(context);
      throw e;
    }
    return context;
  }

  static byte[] avcConfiguration(VideoFormat format) throws MediaException {
    AVCodecContext context = openEncoder(format);
    byte[] annexB = new byte[context.extradata_size()];
    context.extradata().get(annexB);
    avcodec_free_context(context);
    ByteArrayOutputStream avcc = new ByteArrayOutputStream();
    for (byte[] unit : units(annexB)) {
      int type = unit[0] & 0x1f;
      if (type == SPS) {
        avcc.writeBytes(new byte[] {1, unit[1], unit[2], unit[3], (byte) 0xff, (byte) 0xe1});
      } else if (type == PPS) {
        avcc.write(1);
      } else {
        continue;
      }
      avcc.write(unit.length >> 8);
      avcc.write(unit.length);
      avcc.writeBytes(unit);
    }
    return avcc.toByteArray();
  }

  /** The NAL units between start codes (00 00 01, with any zeros before). */
  private static List<byte[]> units(byte[] annexB) {
    List<byte[]> units = new ArrayList<>();
    int begin = -1;
    for (int i = 0; i + 2 < annexB.length; i++) {
      if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1) {
        if (begin >= 0) {
          units.add(withoutTrailingZeros(annexB, begin, i));
        }
        begin = i + 3;
      }
    }
    if (begin >= 0) {
      units.add(withoutTrailingZeros(annexB, begin, annexB.length));
    }
    return units;
  }

  private static byte[] withoutTrailingZeros(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOfRange(bytes, from, end);
  }

  private static Map<String, String> x264(VideoFormat format) {
    return Map.of(
        "preset",
        "veryfast",
        "profile",
        "high",
        "level",
        "4.0",
        "crf",
        Integer.toString(format.crf()),
        "maxrate",
        Integer.toString(format.maxBitRate()),
        "bufsize",
        Long.toString(2L * format.maxBitRate()),
        "x264-params",
        X264_PARAMS);
  }

  private static Map<String, String> openh264() {
    return Map.of("rc_mode", "bitrate", "allow_skip_frames", "0", "profile", "high");
  }

  /** Appends one picture, whatever its own time stamp says. */
  void write(AVFrame frame) throws IOException {
    frame.pts(frames++);
    frame.duration(1);
    frame.pict_type(AV_PICTURE_TYPE_NONE);
    Libav.check(avcodec_send_frame(encoder, frame), "H.264 encoder");
    drain();
  }

  /** Ends the file; returns how many frames it holds. */
  long finish() throws IOException {
    Libav.check(avcodec_send_frame(encoder, null), "H.264 encoder");
    drain();
    checkWritten(av_write_trailer(muxer));
    checkWritten(avio_closep(file));
    return frames;
  }

  /** A failure here is not a fault of the source. */
  private static void checkWritten(int result) throws IOException {
    if (result < 0) {
      throw new IOException("the mezzanine cannot be written: " + Libav.message(result));
    }
  }

  private void drain() throws IOException {
    while (true) {
      int received = avcodec_receive_packet(encoder, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      Libav.check(received, "H.264 encoder");
      packet.stream_index(0);
      packet.duration(1);
      av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      checkWritten(av_write_frame(muxer, packet));
      av_packet_unref(packet);
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    avio_closep(file);
    avformat_free_context(muxer);
    avcodec_free_context(encoder);
  }
}
