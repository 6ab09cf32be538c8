package dev.kinebeam.sample.libav;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;

import dev.kinebeam.sample.picture.Barcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/** Reads media files through libav, independently of the code that wrote them. */
public final class MediaReader {
  private MediaReader() {}

  /**
   * What a container says about its streams.
   *
   * @param width 0 without a video stream
   * @param fps average frame rate, 0 without a video stream
   * @param frames video packets counted by the container, 0 when unknown
   * @param videoCodec libav's name, empty without a video stream
   * @param sampleRate 0 without an audio stream
   * @param audioCodec libav's name, empty without an audio stream
   * @param startSeconds the container's start time
   */
  public record Facts(
      int width,
      int height,
      double fps,
      long frames,
      String videoCodec,
      int sampleRate,
      int channels,
      String audioCodec,
      double startSeconds,
      double durationSeconds) {}

  /**
   * One compressed packet in file order.
   *
   * @param video whether it belongs to the first video stream, else to the first audio stream
   * @param ptsSeconds presentation time
   * @param dtsSeconds decoding time
   * @param sha256 of the payload, hexadecimal
   */
  public record Packet(
      boolean video, double ptsSeconds, double dtsSeconds, boolean key, int size, String sha256) {}

  /**
   * One decoded picture in the order of presentation.
   *
   * @param ptsSeconds presentation time
   * @param barcode empty when it cannot be read
   */
  public record DecodedPicture(double ptsSeconds, Optional<Barcode> barcode) {}

  /** Reads the headers. */
  public static Facts facts(Path file) throws IOException {
    try (Input input = new Input(file)) {
      Optional<AVStream> video = input.first(AVMEDIA_TYPE_VIDEO);
      Optional<AVStream> audio = input.first(AVMEDIA_TYPE_AUDIO);
      if (video.isEmpty() && audio.isEmpty()) {
        throw new IOException(file + " has neither picture nor sound");
      }
      return new Facts(
          video.map(s -> s.codecpar().width()).orElse(0),
          video.map(s -> s.codecpar().height()).orElse(0),
          video.map(s -> value(s.avg_frame_rate())).orElse(0.0),
          video.map(AVStream::nb_frames).orElse(0L),
          video.map(MediaReader::codec).orElse(""),
          audio.map(s -> s.codecpar().sample_rate()).orElse(0),
          audio.map(s -> s.codecpar().ch_layout().nb_channels()).orElse(0),
          audio.map(MediaReader::codec).orElse(""),
          input.startMicros() / (double) AV_TIME_BASE,
          input.context().duration() / (double) AV_TIME_BASE);
    }
  }

  /** Reads all packets without decoding them. */
  public static List<Packet> packets(Path file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    AVPacket packet = av_packet_alloc();
    try (Input input = new Input(file)) {
      while (true) {
        int result = av_read_frame(input.context(), packet);
        if (result == AVERROR_EOF) {
          return packets;
        }
        SampleLibav.check(result, "read " + file);
        AVStream stream = input.context().streams(packet.stream_index());
        double tick = value(stream.time_base());
        packets.add(
            new Packet(
                stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO,
                packet.pts() * tick,
                packet.dts() * tick,
                (packet.flags() & AV_PKT_FLAG_KEY) != 0,
                packet.size(),
                sha256(packet)));
        av_packet_unref(packet);
      }
    } finally {
      av_packet_free(packet);
    }
  }

  /** Decodes every picture of an 8-bit 4:2:0 video and reads its barcode. */
  public static List<DecodedPicture> pictures(Path file) throws IOException {
    List<DecodedPicture> pictures = new ArrayList<>();
    try (Input input = new Input(file);
        Decoder decoder = new Decoder(input, require(input, AVMEDIA_TYPE_VIDEO))) {
      double tick = value(decoder.stream().time_base());
      for (AVFrame frame = decoder.next(); frame != null; frame = decoder.next()) {
        if (frame.format() != AV_PIX_FMT_YUV420P) {
          throw new IOException(file + " is not yuv420p");
        }
        pictures.add(new DecodedPicture(frame.pts() * tick, barcode(frame)));
      }
    }
    return pictures;
  }

  /** Decodes every picture of an 8-bit 4:2:0 video and keeps it: for small and short ones. */
  public static List<DecodedFrame> frames(Path file) throws IOException {
    List<DecodedFrame> frames = new ArrayList<>();
    try (Input input = new Input(file);
        Decoder decoder = new Decoder(input, require(input, AVMEDIA_TYPE_VIDEO))) {
      for (AVFrame frame = decoder.next(); frame != null; frame = decoder.next()) {
        if (frame.format() != AV_PIX_FMT_YUV420P) {
          throw new IOException(file + " is not yuv420p");
        }
        frames.add(
            new DecodedFrame(
                frame.width(),
                plane(frame, 0, frame.width(), frame.height()),
                plane(frame, 1, frame.width() / 2, frame.height() / 2),
                plane(frame, 2, frame.width() / 2, frame.height() / 2)));
      }
    }
    return frames;
  }

  private static byte[] plane(AVFrame frame, int plane, int width, int height) {
    byte[] bytes = new byte[width * height];
    BytePointer from = new BytePointer(frame.data(plane));
    for (int y = 0; y < height; y++) {
      from.position((long) y * frame.linesize(plane)).get(bytes, y * width, width);
    }
    return bytes;
  }

  /** Decodes the first audio stream; see {@link Sound} for its timeline. */
  public static Sound sound(Path file) throws IOException {
    try (Input input = new Input(file);
        Decoder decoder = new Decoder(input, require(input, AVMEDIA_TYPE_AUDIO));
        SoundCollector collector = new SoundCollector(input, decoder)) {
      return collector.collect();
    }
  }

  private static AVStream require(Input input, int mediaType) throws IOException {
    return input
        .first(mediaType)
        .orElseThrow(() -> new IOException(input.file() + " lacks the stream"));
  }

  private static Optional<Barcode> barcode(AVFrame frame) {
    int stride = frame.linesize(0);
    ByteBuffer luma = frame.data(0).capacity((long) stride * frame.height()).asByteBuffer();
    return Barcode.read(
        frame.width(), frame.height(), (x, y) -> Byte.toUnsignedInt(luma.get(y * stride + x)));
  }

  private static String codec(AVStream stream) {
    return avcodec_get_name(stream.codecpar().codec_id()).getString();
  }

  private static double value(AVRational rational) {
    return rational.den() == 0 ? 0 : (double) rational.num() / rational.den();
  }

  private static String sha256(AVPacket packet) {
    byte[] payload = new byte[packet.size()];
    packet.data().get(payload);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
