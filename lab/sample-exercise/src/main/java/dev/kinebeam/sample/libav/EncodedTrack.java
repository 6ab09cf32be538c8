package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_CLOSED_GOP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** One encoder and the stream of a container that its packets go to. */
final class EncodedTrack implements AutoCloseable {
  private final AVFormatContext container;
  private final AVCodecContext codec;
  private final AVStream stream;
  private final AVPacket packet = av_packet_alloc();

  private EncodedTrack(AVFormatContext container, AVCodecContext codec) throws IOException {
    this.container = container;
    this.codec = codec;
    this.stream = avformat_new_stream(container, null);
    SampleLibav.check(
        avcodec_parameters_from_context(stream.codecpar(), codec), "describe the stream");
    stream.time_base(codec.time_base());
  }

  static EncodedTrack video(AVFormatContext container, SampleVideoFormat format)
      throws IOException {
    AVCodec encoder = SampleLibav.encoder("libx264", "libopenh264");
    AVCodecContext codec = avcodec_alloc_context3(encoder);
    codec.width(format.width()).height(format.height()).pix_fmt(AV_PIX_FMT_YUV420P);
    codec.time_base(av_make_q(1, format.fps())).framerate(av_make_q(format.fps(), 1));
    codec.sample_aspect_ratio(av_make_q(1, 1));
    codec.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_BT709);
    codec.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
    codec.gop_size(format.fps() * 2);
    // One thread each: the clips are encoded side by side, and the bytes stay repeatable.
    codec.thread_count(1);
    codec.flags(
        codec.flags()
            | AV_CODEC_FLAG_GLOBAL_HEADER
            | AV_CODEC_FLAG_CLOSED_GOP
            | AV_CODEC_FLAG_BITEXACT);
    if (!encoder.name().getString().equals("libx264")) {
      codec.bit_rate(format.fallbackBitRate());
      return open(container, encoder, codec, Map.of());
    }
    return open(
        container,
        encoder,
        codec,
        Map.of("preset", format.preset(), "crf", String.valueOf(format.crf())));
  }

  static EncodedTrack audio(AVFormatContext container, AudioFormat format) throws IOException {
    AVCodec encoder = SampleLibav.encoder(format.encoder());
    AVCodecContext codec = avcodec_alloc_context3(encoder);
    codec.sample_rate(format.sampleRate()).sample_fmt(AV_SAMPLE_FMT_FLTP);
    codec.bit_rate(format.bitRate()).time_base(av_make_q(1, format.sampleRate()));
    av_channel_layout_default(codec.ch_layout(), format.channels());
    codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT);
    return open(container, encoder, codec, Map.of());
  }

  private static EncodedTrack open(
      AVFormatContext container, AVCodec encoder, AVCodecContext codec, Map<String, String> options)
      throws IOException {
    AVDictionary dictionary = SampleLibav.dictionary(options);
    try {
      SampleLibav.check(
          avcodec_open2(codec, encoder, dictionary), "open " + encoder.name().getString());
      return new EncodedTrack(container, codec);
    } catch (IOException e) {
      avcodec_free_context(codec);
      throw e;
    } finally {
      av_dict_free(dictionary);
    }
  }

  int samplesPerFrame() {
    return codec.frame_size();
  }

  /** Encodes one frame, or with null what the encoder still holds, and writes what comes out. */
  void encode(AVFrame frame) throws IOException {
    SampleLibav.check(avcodec_send_frame(codec, frame), "encode");
    while (true) {
      int result = avcodec_receive_packet(codec, packet);
      if (result == AVERROR_EAGAIN() || result == AVERROR_EOF) {
        return;
      }
      SampleLibav.check(result, "encode");
      packet.stream_index(stream.index());
      if (packet.duration() == 0) {
        packet.duration(1);
      }
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      SampleLibav.check(av_interleaved_write_frame(container, packet), "write");
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    avcodec_free_context(codec);
  }
}
