package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Decodes one stream of a file, frame by frame. */
final class Decoder implements AutoCloseable {
  private final Input input;
  private final AVStream stream;
  private final AVCodecContext codec;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private boolean drained;

  Decoder(Input input, AVStream stream) throws IOException {
    this.input = input;
    this.stream = stream;
    AVCodec decoder = avcodec_find_decoder(stream.codecpar().codec_id());
    this.codec = avcodec_alloc_context3(decoder);
    SampleLibav.check(
        avcodec_parameters_to_context(codec, stream.codecpar()), "describe " + input.file());
    codec.pkt_timebase(stream.time_base());
    SampleLibav.check(avcodec_open2(codec, decoder, (AVDictionary) null), "decode " + input.file());
  }

  AVStream stream() {
    return stream;
  }

  AVCodecContext codec() {
    return codec;
  }

  /** The next frame, valid until the next call, or null after the last. */
  AVFrame next() throws IOException {
    while (true) {
      int result = avcodec_receive_frame(codec, frame);
      if (result >= 0) {
        return frame;
      }
      if (result == AVERROR_EOF) {
        return null;
      }
      if (result != AVERROR_EAGAIN()) {
        SampleLibav.check(result, "decode " + input.file());
      }
      feed();
    }
  }

  private void feed() throws IOException {
    while (!drained) {
      int result = av_read_frame(input.context(), packet);
      if (result == AVERROR_EOF) {
        drained = true;
        SampleLibav.check(avcodec_send_packet(codec, null), "decode " + input.file());
        return;
      }
      SampleLibav.check(result, "read " + input.file());
      try {
        if (packet.stream_index() == stream.index()) {
          SampleLibav.check(avcodec_send_packet(codec, packet), "decode " + input.file());
          return;
        }
      } finally {
        av_packet_unref(packet);
      }
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(codec);
  }
}
