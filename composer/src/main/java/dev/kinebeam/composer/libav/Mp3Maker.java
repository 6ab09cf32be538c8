package dev.kinebeam.composer.libav;

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
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

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
 * stereo. Its first sample is time 0 as the normaliser has it, the first picture's start or without
 * pictures the container's, and a hole in the time stamps becomes silence: it lies under the
 * pictures where it lay before. The same input gives the same bytes.
 */
public final class Mp3Maker implements AutoCloseable {
  private static final int BIT_RATE = 192_000;
  private static final int BLOCK = 1152;
  private static final int COMPACT_DISC = 44_100;
  private static final int VIDEO = 48_000;
  private static final double MICROS = 1e6;

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
   * @param longest how long the source may be
   * @throws MediaException when there is no sound, or not a usable one
   * @throws IOException when {@code target} cannot be written
   */
  public static void make(Path source, Path target, DurationLimit longest) throws IOException {
    try (MediaInput input = MediaInput.open(source);
        Mp3Maker maker = new Mp3Maker(target)) {
      AVStream sound = input.audio().orElseThrow(() -> new MediaException("has no sound track"));
      longest.refuse(input, sound, input.pictureStartMicros());
      maker.encode(input, sound);
    }
  }

  private void encode(MediaInput input, AVStream sound) throws IOException {
    AVFrame frame = av_frame_alloc();
    AVFrame block = av_frame_alloc();
    SoundFilter filter = null;
    SoundClock clock = null;
    int rate = 0;
    // The container's where there are no pictures.
    long zero = input.pictureStartMicros();
    try (StreamDecoder decoder = new StreamDecoder(input, sound)) {
      while (decoder.next(frame)) {
        if (filter == null) {
          rate = frame.sample_rate();
          int ours = rate == COMPACT_DISC ? COMPACT_DISC : VIDEO;
          int channels = frame.ch_layout().nb_channels() == 1 ? 1 : 2;
          clock = new SoundClock(rate, StreamDecoder.tick(sound), zero);
          filter =
              new SoundFilter(
                  frame,
                  SoundFilter.inItsPlace(ours)
                      + ",aformat=sample_fmts=fltp:channel_layouts="
                      + (channels == 1 ? "mono" : "stereo")
                      + ",asetnsamples=n="
                      + BLOCK
                      + ":p=0");
          open(ours, channels);
        }
        frame.pts(clock.place(StreamDecoder.timeStamp(frame), frame.nb_samples()));
        filter.push(frame);
        drain(filter, block);
      }
      if (filter == null) {
        throw new MediaException("has an audio stream without a single sample");
      }
      input.refuseUndecoded(sound, (double) clock.next() / rate + zero / MICROS);
      filter.push(null);
      drain(filter, block);
      encode(null);
      written(av_write_trailer(container));
      written(avio_closep(output));
    } finally {
      if (filter != null) {
        filter.close();
      }
      av_frame_free(block);
      av_frame_free(frame);
    }
  }

  private void open(int rate, int channels) throws IOException {
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
    written(avio_open(output, target.toString(), AVIO_FLAG_WRITE));
    container.pb(output);
    written(avformat_write_header(container, (AVDictionary) null));
  }

  private void drain(SoundFilter filter, AVFrame block) throws IOException {
    while (filter.pull(block)) {
      encode(block);
      av_frame_unref(block);
    }
  }

  /** No fault of the source: a full disk, say. */
  private void written(int result) throws IOException {
    if (result < 0) {
      throw new IOException("cannot write " + target + ": " + Libav.message(result));
    }
  }

  private void encode(AVFrame block) throws IOException {
    Libav.check(avcodec_send_frame(codec, block), "MP3 encoder");
    while (true) {
      int received = avcodec_receive_packet(codec, packet);
      if (received == AVERROR_EAGAIN() || received == AVERROR_EOF()) {
        return;
      }
      Libav.check(received, "MP3 encoder");
      packet.stream_index(0);
      av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      written(av_interleaved_write_frame(container, packet));
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
