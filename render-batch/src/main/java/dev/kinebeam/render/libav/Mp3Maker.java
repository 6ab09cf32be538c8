package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Takes a file's sound into an MP3 of its own: 192 kbit/s, mono stays mono, anything more becomes
 * stereo. Its first sample is the container's time 0, so that it lies under the pictures where it
 * lay before. The same input gives the same bytes.
 */
public final class Mp3Maker implements AutoCloseable {
  private static final int BIT_RATE = 192_000;
  private static final int BLOCK = 1152;
  private static final int COMPACT_DISC = 44_100;
  private static final int VIDEO = 48_000;

  private final AVFormatContext container = new AVFormatContext(null);
  private final AVIOContext output = new AVIOContext(null);
  private final AVPacket packet = av_packet_alloc();
  private final Path target;
  private AVCodecContext codec;
  private AVStream stream;

  private Mp3Maker(Path target) {
    this.target = target;
  }

  /**
   * Writes {@code target}, which is broken when this throws.
   *
   * @throws MediaException when there is no sound, or not a usable one
   */
  public static void make(Path source, Path target) throws IOException {
    try (MediaInput input = MediaInput.open(source);
        Mp3Maker maker = new Mp3Maker(target)) {
      AVStream sound = input.audio().orElseThrow(() -> new MediaException("has no sound track"));
      maker.encode(input, sound);
    }
  }

  private void encode(MediaInput input, AVStream sound) throws MediaException {
    AVFrame frame = av_frame_alloc();
    AVFrame block = av_frame_alloc();
    SoundFilter filter = null;
    long next = 0;
    try (StreamDecoder decoder = new StreamDecoder(input, sound)) {
      while (decoder.next(frame)) {
        if (filter == null) {
          int rate = frame.sample_rate() == COMPACT_DISC ? COMPACT_DISC : VIDEO;
          int channels = frame.ch_layout().nb_channels() == 1 ? 1 : 2;
          next = offset(input, sound, frame);
          filter =
              new SoundFilter(
                  frame,
                  "aresample="
                      + rate
                      + ":async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts="
                      + (channels == 1 ? "mono" : "stereo")
                      + ",asetnsamples=n="
                      + BLOCK
                      + ":p=0");
          open(rate, channels);
        }
        frame.pts(next);
        next += frame.nb_samples();
        filter.push(frame);
        drain(filter, block);
      }
      if (filter == null) {
        throw new MediaException("has an audio stream without a single sample");
      }
      filter.push(null);
      drain(filter, block);
      encode(null);
      Libav.check(av_write_trailer(container), "complete the file");
      Libav.check(avio_closep(output), "close the file");
    } finally {
      if (filter != null) {
        filter.close();
      }
      av_frame_free(block);
      av_frame_free(frame);
    }
  }

  /** Samples from the container's start to the first decoded one. */
  private static long offset(MediaInput input, AVStream sound, AVFrame first) {
    if (first.pts() == AV_NOPTS_VALUE) {
      return 0;
    }
    int rate = first.sample_rate();
    return av_rescale_q(first.pts(), sound.time_base(), av_make_q(1, rate))
        - av_rescale_q(input.startMicros(), av_make_q(1, 1_000_000), av_make_q(1, rate));
  }

  private void open(int rate, int channels) throws MediaException {
    AVCodec encoder = avcodec_find_encoder_by_name("libmp3lame");
    if (encoder == null) {
      throw new MediaException("cannot be made an MP3: this build of ffmpeg has no libmp3lame");
    }
    codec = avcodec_alloc_context3(encoder);
    codec.sample_rate(rate).sample_fmt(AV_SAMPLE_FMT_FLTP).bit_rate(BIT_RATE);
    codec.time_base(av_make_q(1, rate));
    codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT);
    av_channel_layout_default(codec.ch_layout(), channels);
    Libav.check(avcodec_open2(codec, encoder, (AVDictionary) null), "MP3 encoder");
    Libav.check(
        avformat_alloc_output_context2(container, null, "mp3", target.toString()), "MP3 file");
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    stream = avformat_new_stream(container, null);
    stream.time_base(av_make_q(1, rate));
    Libav.check(avcodec_parameters_from_context(stream.codecpar(), codec), "MP3 file");
    Libav.check(avio_open(output, target.toString(), AVIO_FLAG_WRITE), "create " + target);
    container.pb(output);
    Libav.check(avformat_write_header(container, (AVDictionary) null), "write " + target);
  }

  private void drain(SoundFilter filter, AVFrame block) throws MediaException {
    while (filter.pull(block)) {
      encode(block);
      av_frame_unref(block);
    }
  }

  private void encode(AVFrame block) throws MediaException {
    Libav.check(avcodec_send_frame(codec, block), "MP3 encoder");
    while (true) {
      int received = avcodec_receive_packet(codec, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      Libav.check(received, "MP3 encoder");
      packet.stream_index(0);
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      Libav.check(av_interleaved_write_frame(container, packet), "write " + target);
    }
  }

  @Override
  public void close() {
    av_packet_free(packet);
    if (codec != null) {
      avcodec_free_context(codec);
    }
    if (!output.isNull()) {
      avio_closep(output);
    }
    if (!container.isNull()) {
      avformat_free_context(container);
    }
  }
}
