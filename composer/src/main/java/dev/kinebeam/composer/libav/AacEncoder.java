package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;

/**
 * AAC-LC, 48 kHz stereo, raw packets without ADTS headers; the same input gives the same bytes.
 *
 * <p>One packet comes out for each block put in, and one more before them: packet <i>n</i> overlaps
 * blocks <i>n−1</i> and <i>n</i>, so a player must drop the first {@value #BLOCK} samples (an edit
 * list says so).
 */
public final class AacEncoder implements AutoCloseable {
  /** Samples per channel in one block and in one packet. */
  public static final int BLOCK = 1024;

  private final AVCodecContext codec;
  private final AVFrame frame = av_frame_alloc();
  private final AVPacket packet = av_packet_alloc();
  private final byte[] config;
  private long position;

  /** Opens an encoder with {@code bitRate} bits per second on average. */
  public AacEncoder(int bitRate) throws MediaException {
    AVCodec encoder = avcodec_find_encoder_by_name("aac");
    codec = avcodec_alloc_context3(encoder);
    codec.sample_rate(PcmDecoder.SAMPLE_RATE).sample_fmt(AV_SAMPLE_FMT_FLTP).bit_rate(bitRate);
    codec.time_base(av_make_q(1, PcmDecoder.SAMPLE_RATE));
    codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT);
    av_channel_layout_default(codec.ch_layout(), 2);
    try (Libav.Options options = new Libav.Options(Map.of("aac_coder", "twoloop"))) {
      Libav.check(avcodec_open2(codec, encoder, options.dictionary), "AAC encoder");
      frame.nb_samples(BLOCK).format(AV_SAMPLE_FMT_FLTP).sample_rate(PcmDecoder.SAMPLE_RATE);
      av_channel_layout_default(frame.ch_layout(), 2);
      Libav.check(av_frame_get_buffer(frame, 0), "AAC encoder");
    } catch (MediaException e) {
      close();
      throw e;
    }
    config = new byte[codec.extradata_size()];
    codec.extradata().get(config);
  }

  /** The AudioSpecificConfig (ISO/IEC 14496-3) that a container must carry. */
  public byte[] audioSpecificConfig() {
    return config.clone();
  }

  /** Takes {@value #BLOCK} samples per channel, full scale ±1; packets go to {@code sink}. */
  public void encode(float[] left, float[] right, Consumer<byte[]> sink) throws MediaException {
    Libav.check(av_frame_make_writable(frame), "AAC encoder");
    new FloatPointer(frame.data(0)).put(left, 0, BLOCK);
    new FloatPointer(frame.data(1)).put(right, 0, BLOCK);
    frame.pts(position);
    position += BLOCK;
    Libav.check(avcodec_send_frame(codec, frame), "AAC encoder");
    drain(sink);
  }

  /** Hands out the last packets; nothing may follow. */
  public void finish(Consumer<byte[]> sink) throws MediaException {
    Libav.check(avcodec_send_frame(codec, null), "AAC encoder");
    drain(sink);
  }

  private void drain(Consumer<byte[]> sink) throws MediaException {
    while (true) {
      int received = avcodec_receive_packet(codec, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      Libav.check(received, "AAC encoder");
      byte[] bytes = new byte[packet.size()];
      packet.data().get(bytes);
      sink.accept(bytes);
      av_packet_unref(packet);
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(codec);
  }
}
