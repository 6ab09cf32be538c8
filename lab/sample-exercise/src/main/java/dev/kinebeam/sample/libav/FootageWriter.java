package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_INTERLACED_DCT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
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
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_S16;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_display_matrix_flip;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/** Writes one {@link Footage}. */
final class FootageWriter implements AutoCloseable {
  private static final int BLOCK = 1024;
  private static final int MILLIS = 1000;

  private final Footage footage;
  private final Path file;
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVIOContext output = new AVIOContext(null);
  private final AVPacket packet = av_packet_alloc();
  private final List<AVCodecContext> codecs = new ArrayList<>();

  private record Track(AVCodecContext codec, AVStream stream, long offset) {}

  FootageWriter(Footage footage, Path file) throws IOException {
    this.footage = footage;
    this.file = file;
    SampleLibav.check(
        avformat_alloc_output_context2(container, null, null, file.toString()), "open " + file);
    container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
  }

  void write() throws IOException {
    Track cover = footage.cover ? cover() : null;
    Track video = video();
    List<Track> sounds = new ArrayList<>();
    for (Footage.SoundTrack sound : footage.sounds) {
      sounds.add(sound(sound));
    }
    SampleLibav.check(avio_open(output, file.toString(), AVIO_FLAG_WRITE), "create " + file);
    container.pb(output);
    SampleLibav.check(
        avformat_write_header(container, (AVDictionary) null), "write the header of " + file);
    if (cover != null) {
      try (FootagePictures pictures = new FootagePictures(footage, "yuvj420p")) {
        encode(cover, pictures.card(0));
        encode(cover, null);
      }
    }
    try (FootagePictures pictures = new FootagePictures(footage, footage.pixelFormat)) {
      for (int i = 0; i < footage.frames; i++) {
        AVFrame frame = pictures.frame(i);
        frame.pts(footage.times.isEmpty() ? i : footage.times.get(i));
        encode(video, frame);
      }
      encode(video, null);
    }
    for (int i = 0; i < sounds.size(); i++) {
      encodeSound(sounds.get(i), footage.sounds.get(i));
    }
    SampleLibav.check(av_write_trailer(container), "complete " + file);
    SampleLibav.check(avio_closep(output), "close " + file);
  }

  private Track video() throws IOException {
    AVCodec encoder =
        footage.codec.isEmpty()
            ? SampleLibav.encoder("libx264", "libopenh264")
            : SampleLibav.encoder(footage.codec);
    AVCodecContext codec = context(encoder);
    int format = av_get_pix_fmt(footage.pixelFormat);
    codec.width(footage.width).height(footage.height).pix_fmt(format);
    boolean variable = !footage.times.isEmpty();
    codec.time_base(variable ? av_make_q(1, MILLIS) : av_make_q(footage.rateUnit, footage.rate));
    codec.framerate(av_make_q(footage.rate, footage.rateUnit));
    codec.sample_aspect_ratio(av_make_q(footage.aspect, footage.aspectUnit));
    codec.color_range(footage.rangeCode()).colorspace(footage.matrixCode());
    codec.color_trc(footage.colour.transfer).color_primaries(footage.colour.primaries);
    codec.gop_size(15).bit_rate(4_000_000L);
    if (variable) {
      // As telephones write it; reordered packets could not say how long each frame is shown.
      codec.max_b_frames(0);
    }
    if (footage.scan != Footage.Scan.PROGRESSIVE) {
      codec.flags(codec.flags() | AV_CODEC_FLAG_INTERLACED_DCT);
      codec.field_order(footage.scan == Footage.Scan.TOP_FIELD_FIRST ? 2 : 3);
    }
    boolean x264 = encoder.name().getString().equals("libx264");
    AVStream stream =
        open(encoder, codec, x264 ? Map.of("preset", "superfast", "crf", "12") : Map.of());
    stream.sample_aspect_ratio(codec.sample_aspect_ratio());
    stream.avg_frame_rate(codec.framerate());
    addDisplayMatrix(stream);
    return new Track(codec, stream, ticks(footage.startSeconds, codec));
  }

  private Track cover() throws IOException {
    AVCodec encoder = SampleLibav.encoder("mjpeg");
    AVCodecContext codec = context(encoder);
    codec.width(footage.width).height(footage.height).pix_fmt(av_get_pix_fmt("yuvj420p"));
    codec.time_base(av_make_q(1, 30));
    AVStream stream = open(encoder, codec, Map.of());
    stream.disposition(AV_DISPOSITION_ATTACHED_PIC);
    return new Track(codec, stream, 0);
  }

  private Track sound(Footage.SoundTrack sound) throws IOException {
    AVCodec encoder = SampleLibav.encoder(sound.encoder());
    AVCodecContext codec = context(encoder);
    codec.sample_rate(sound.sampleRate()).bit_rate(64_000L * sound.channels().size());
    codec.sample_fmt(sound.encoder().startsWith("pcm") ? AV_SAMPLE_FMT_S16 : AV_SAMPLE_FMT_FLTP);
    codec.time_base(av_make_q(1, sound.sampleRate()));
    av_channel_layout_default(codec.ch_layout(), sound.channels().size());
    AVStream stream = open(encoder, codec, Map.of());
    return new Track(codec, stream, ticks(footage.startSeconds + sound.startSeconds(), codec));
  }

  private AVCodecContext context(AVCodec encoder) {
    AVCodecContext codec = avcodec_alloc_context3(encoder);
    codecs.add(codec);
    codec.thread_count(1).flags(codec.flags() | AV_CODEC_FLAG_BITEXACT);
    if ((container.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
      codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    return codec;
  }

  private AVStream open(AVCodec encoder, AVCodecContext codec, Map<String, String> options)
      throws IOException {
    AVDictionary dictionary = SampleLibav.dictionary(options);
    try {
      SampleLibav.check(
          avcodec_open2(codec, encoder, dictionary), "open " + encoder.name().getString());
    } finally {
      av_dict_free(dictionary);
    }
    AVStream stream = avformat_new_stream(container, null);
    SampleLibav.check(
        avcodec_parameters_from_context(stream.codecpar(), codec), "describe the stream");
    stream.time_base(codec.time_base());
    return stream;
  }

  private void addDisplayMatrix(AVStream stream) {
    if (footage.rotation == 0 && !footage.mirrored) {
      return;
    }
    AVPacketSideData list = new AVPacketSideData(null);
    AVPacketSideData data =
        av_packet_side_data_new(
            list, new IntPointer(1L).put(0), AV_PKT_DATA_DISPLAYMATRIX, 9L * Integer.BYTES, 0);
    IntPointer matrix = new IntPointer((Pointer) data.data());
    av_display_rotation_set(matrix, footage.rotation);
    if (footage.mirrored) {
      av_display_matrix_flip(matrix, 1, 0);
    }
    stream.codecpar().coded_side_data(list).nb_coded_side_data(1);
  }

  private static long ticks(double seconds, AVCodecContext codec) {
    return Math.round(seconds * codec.time_base().den() / codec.time_base().num());
  }

  private void encode(Track track, AVFrame frame) throws IOException {
    SampleLibav.check(avcodec_send_frame(track.codec(), frame), "encode " + file);
    while (true) {
      int result = avcodec_receive_packet(track.codec(), packet);
      if (result == AVERROR_EAGAIN() || result == AVERROR_EOF) {
        return;
      }
      SampleLibav.check(result, "encode " + file);
      packet.stream_index(track.stream().index());
      if (packet.duration() == 0) {
        packet.duration(lengthOfFrameAt(packet.pts()));
      }
      packet.pts(packet.pts() + track.offset()).dts(packet.dts() + track.offset());
      av_packet_rescale_ts(packet, track.codec().time_base(), track.stream().time_base());
      SampleLibav.check(av_interleaved_write_frame(container, packet), "write " + file);
    }
  }

  private long lengthOfFrameAt(long time) {
    List<Long> times = footage.times;
    int i = times.indexOf(time);
    if (i < 0) {
      return 1;
    }
    int next = Math.min(i + 1, times.size() - 1);
    return times.get(next) - times.get(next - 1);
  }

  private void encodeSound(Track track, Footage.SoundTrack sound) throws IOException {
    int count = sound.channels().size();
    int block = track.codec().frame_size() > 0 ? track.codec().frame_size() : BLOCK;
    int length = sound.channels().get(0).length;
    for (int at = 0; at < length; at += block) {
      AVFrame frame = av_frame_alloc();
      int samples = Math.min(block, length - at);
      frame.nb_samples(samples).format(track.codec().sample_fmt());
      frame.sample_rate(sound.sampleRate());
      av_channel_layout_default(frame.ch_layout(), count);
      SampleLibav.check(av_frame_get_buffer(frame, 0), "allocate sound");
      frame.pts(at + sound.hole(at));
      for (int channel = 0; channel < count; channel++) {
        float[] from = sound.channels().get(channel);
        if (track.codec().sample_fmt() == AV_SAMPLE_FMT_FLTP) {
          new FloatPointer(frame.extended_data(channel)).put(from, at, samples);
        } else {
          ShortPointer shorts = new ShortPointer(frame.data(0));
          for (int i = 0; i < samples; i++) {
            float clipped = Math.max(-1, Math.min(1, from[at + i]));
            shorts.put((long) i * count + channel, (short) Math.round(clipped * 32767));
          }
        }
      }
      encode(track, frame);
      av_frame_free(frame);
    }
    encode(track, null);
  }

  @Override
  public void close() {
    av_packet_free(packet);
    codecs.forEach(codec -> avcodec_free_context(codec));
    if (!output.isNull()) {
      avio_closep(output);
    }
    if (!container.isNull()) {
      avformat_free_context(container);
    }
  }
}
