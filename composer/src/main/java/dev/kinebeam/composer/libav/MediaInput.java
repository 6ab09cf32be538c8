package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_ENOMEM;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An untrusted media file, opened so that it can reach nothing but itself: only the {@code file}
 * protocol, and only containers that hold their media inside (no playlists, no concat scripts).
 */
final class MediaInput implements AutoCloseable {
  /** A camera writes half a dozen tracks. */
  private static final int MAX_STREAMS = 64;

  /** libav's names of what is taken; docs/rendering.md lists them. */
  static final List<String> CONTAINERS =
      List.of(
          "mov",
          "mp4",
          "m4a",
          "matroska",
          "webm",
          "mpegts",
          "mpeg",
          "avi",
          "mxf",
          "mp3",
          "wav",
          "flac",
          "aac",
          "ogg",
          "aiff");

  private static final Map<String, String> LIMITS =
      Map.of(
          "protocol_whitelist",
          "file",
          "format_whitelist",
          String.join(",", CONTAINERS),
          "max_streams",
          Integer.toString(MAX_STREAMS));

  /** More than any camera films, and far less than what fits a header. */
  static final long MAX_PIXELS = 8192L * 4608L;

  private static final long MICROS = 1_000_000;

  final AVFormatContext context;
  private final Path file;
  private final long[] packetsRead = new long[MAX_STREAMS];
  private PacketScan scan;

  private MediaInput(AVFormatContext context, Path file) {
    this.context = context;
    this.file = file;
  }

  /**
   * Opens a file after reading all of its packets once, so that nothing is decoded of one that is
   * cut off or encrypted.
   *
   * @throws MediaException saying what the file is instead of one that can be used
   */
  static MediaInput open(Path file) throws IOException {
    PacketScan scan;
    try (MediaInput first = connect(file)) {
      scan = PacketScan.of(first.context, first.video(), first.audio());
      new Completeness(first.context, scan).check(Files.size(file));
    }
    MediaInput input = connect(file);
    input.scan = scan;
    return input;
  }

  /** The same file from its beginning, whose packets are known already. */
  MediaInput again() throws IOException {
    MediaInput input = connect(file);
    input.scan = scan;
    return input;
  }

  private static MediaInput connect(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new MediaException("the file is empty (0 bytes): upload it again");
    }
    AVFormatContext context = new AVFormatContext(null);
    try (Libav.Options options = new Libav.Options(LIMITS)) {
      String url = "file:" + file.toAbsolutePath();
      int opened = avformat_open_input(context, url, null, options.dictionary);
      if (opened < 0) {
        throw new MediaException(FileKind.refusal(file).orElse(unreadable(opened)));
      }
    }
    MediaInput input = new MediaInput(context, file);
    try {
      input.findStreams();
      if (input.video().isEmpty() && input.audio().isEmpty() && FileKind.isFreeFormatMp3(file)) {
        throw new MediaException(FileKind.freeFormat());
      }
    } catch (IOException e) {
      input.close();
      throw e;
    }
    return input;
  }

  private static String unreadable(int error) {
    return error == AVERROR_ENOMEM()
        ? "has more than " + MAX_STREAMS + " tracks, or asks for absurd amounts of memory"
        : "is not a readable media file: " + Libav.message(error) + "; export it again";
  }

  /** The decoders that look for what the header does not say keep to our size, too. */
  private void findStreams() throws MediaException {
    int streams = context.nb_streams();
    AVDictionary[] limits = new AVDictionary[streams];
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
      for (int i = 0; i < streams; i++) {
        limits[i] = new AVDictionary(null);
        av_dict_set(limits[i], "max_pixels", Long.toString(MAX_PIXELS), 0);
        options.put(i, limits[i]);
      }
      int found = avformat_find_stream_info(context, options);
      for (int i = 0; i < streams; i++) {
        // The library puts what it did not use in place of what it was given.
        AVDictionary left = options.get(AVDictionary.class, i);
        if (left != null) {
          av_dict_free(left);
        }
      }
      Libav.check(found, "its streams cannot be read");
    }
  }

  /** The main picture stream; a cover image is none. */
  Optional<AVStream> video() {
    Optional<AVStream> best = best(AVMEDIA_TYPE_VIDEO);
    if (best.isEmpty() || !isCover(best.get())) {
      return best;
    }
    for (int i = 0; i < context.nb_streams(); i++) {
      AVStream stream = context.streams(i);
      if (stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && !isCover(stream)) {
        return Optional.of(stream);
      }
    }
    return Optional.empty();
  }

  /** The main picture stream, of a size that we decode. */
  AVStream needVideo() throws MediaException {
    AVStream stream =
        video()
            .orElseThrow(
                () -> new MediaException("has no video stream: export it again, as H.264 in MP4"));
    int width = stream.codecpar().width();
    int height = stream.codecpar().height();
    if ((long) width * height > MAX_PIXELS) {
      throw new MediaException(
          "claims pictures of " + width + "x" + height + "; deliver at most 4K (3840x2160)");
    }
    return stream;
  }

  private static boolean isCover(AVStream stream) {
    return (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
  }

  /**
   * The main sound stream among those that can be decoded; one that cannot only when there is no
   * other, so that whoever decodes it can say so.
   */
  Optional<AVStream> audio() {
    AVCodec decoder = new AVCodec(null); // to ask for one is what makes it mind
    int index = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, decoder, 0);
    return index < 0 ? best(AVMEDIA_TYPE_AUDIO) : Optional.of(context.streams(index));
  }

  /** Where the container says that its time begins, in microseconds. */
  long startMicros() {
    return context.start_time() == AV_NOPTS_VALUE ? 0 : context.start_time();
  }

  /**
   * Where the picture begins. It and not the container is a video's time 0: sound often begins some
   * milliseconds earlier, and a picture that stood still for them would shift every count.
   */
  long pictureStartMicros() {
    return video()
        .filter(stream -> stream.start_time() != AV_NOPTS_VALUE)
        .map(
            stream ->
                av_rescale_q(stream.start_time(), stream.time_base(), av_make_q(1, (int) MICROS)))
        .orElseGet(this::startMicros);
  }

  /** What all packets say. */
  PacketScan scan() {
    return scan;
  }

  /**
   * Reads the next packet of any stream, with the times that it has on the file's one time line;
   * false at the end.
   */
  boolean read(AVPacket packet) throws MediaException {
    int read = av_read_frame(context, packet);
    if (read == AVERROR_EOF()) {
      return false;
    }
    if (read < 0) {
      throw breaksOff(read);
    }
    int stream = packet.stream_index();
    Optional<PacketScan.Track> track = scan.track(stream);
    if (track.isPresent()) {
      long offset = scan.offset(track.get(), track.get().runOf(packetsRead[stream]++));
      move(packet, av_rescale_q(offset, av_make_q(1, (int) MICROS), unit(stream)));
    }
    return true;
  }

  private static void move(AVPacket packet, long ticks) {
    if (packet.pts() != AV_NOPTS_VALUE) {
      packet.pts(packet.pts() + ticks);
    }
    if (packet.dts() != AV_NOPTS_VALUE) {
      packet.dts(packet.dts() + ticks);
    }
  }

  private AVRational unit(int stream) {
    return context.streams(stream).time_base();
  }

  static MediaException breaksOff(int error) {
    return new MediaException("breaks off: " + Libav.message(error) + "; upload it again");
  }

  /**
   * After the last frame: whether all packets of its stream could be decoded.
   *
   * @param endSeconds where the last frame ends on the time line, in the file's own time
   */
  void refuseUndecoded(AVStream stream, double endSeconds) throws MediaException {
    new Completeness(context, scan).checkDecoded(stream, endSeconds);
  }

  private Optional<AVStream> best(int type) {
    int index = av_find_best_stream(context, type, -1, -1, (AVCodec) null, 0);
    return index < 0 ? Optional.empty() : Optional.of(context.streams(index));
  }

  @Override
  public void close() {
    avformat_close_input(context);
  }
}
