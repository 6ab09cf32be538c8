package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_BITRATE;
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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
  private static final int MOST_STREAMS = 64;

  private static final Map<String, String> LIMITS =
      Map.of(
          "protocol_whitelist",
          "file",
          "format_whitelist",
          "mov,mp4,m4a,matroska,webm,mpegts,mpeg,avi,mxf,mp3,wav,flac,aac,ogg,aiff",
          "max_streams",
          Integer.toString(MOST_STREAMS));

  /** More than any camera films, and far less than what fits a header. */
  static final long MOST_PIXELS = 8192L * 4608L;

  /** A header may round; more than this much missing at the end is a file that breaks off. */
  private static final double TOLERATED_SHORTFALL_SECONDS = 0.5;

  private static final long MICROS = 1_000_000;

  final AVFormatContext context;
  private long reachedMicros;

  private MediaInput(AVFormatContext context) {
    this.context = context;
  }

  static MediaInput open(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new MediaException("the file is empty (0 bytes): upload it again");
    }
    AVFormatContext context = new AVFormatContext(null);
    try (Libav.Options options = new Libav.Options(LIMITS)) {
      String url = "file:" + file.toAbsolutePath();
      int opened = avformat_open_input(context, url, null, options.dictionary);
      if (opened < 0) {
        throw new MediaException(
            scriptKind(file)
                .map(kind -> "is " + kind + " and not a media file")
                .orElse(unreadable(opened)));
      }
    }
    MediaInput input = new MediaInput(context);
    try {
      input.findStreams();
    } catch (MediaException e) {
      input.close();
      throw e;
    }
    return input;
  }

  private static String unreadable(int error) {
    return error == AVERROR_ENOMEM()
        ? "has more than " + MOST_STREAMS + " tracks, or asks for absurd amounts of memory"
        : "is not a readable media file: " + Libav.message(error) + " (export it again)";
  }

  /** The decoders that look for what the header does not say keep to our size, too. */
  private void findStreams() throws MediaException {
    int streams = context.nb_streams();
    AVDictionary[] limits = new AVDictionary[streams];
    try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
      for (int i = 0; i < streams; i++) {
        limits[i] = new AVDictionary(null);
        av_dict_set(limits[i], "max_pixels", Long.toString(MOST_PIXELS), 0);
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
    if ((long) width * height > MOST_PIXELS) {
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

  /** Reads the next packet of any stream; false at the end. */
  boolean read(AVPacket packet) throws MediaException {
    int read = av_read_frame(context, packet);
    if (read == AVERROR_EOF()) {
      return false;
    }
    if (read < 0) {
      throw new MediaException("breaks off: " + Libav.message(read) + " (upload it again)");
    }
    if (packet.pts() != AV_NOPTS_VALUE) {
      AVRational unit = context.streams(packet.stream_index()).time_base();
      long end = packet.pts() + Math.max(0, packet.duration());
      reachedMicros = Math.max(reachedMicros, av_rescale_q(end, unit, av_make_q(1, (int) MICROS)));
    }
    return true;
  }

  /**
   * After the last packet: whether what the header promised was there.
   *
   * @param end of the stream's last frame, from the container's start, in the stream's time base
   */
  void refuseTruncated(AVStream stream, long end) throws MediaException {
    if (context.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE) {
      return;
    }
    double there;
    double promised;
    if (stream.duration() != AV_NOPTS_VALUE) {
      double unit = stream.time_base().num() / (double) stream.time_base().den();
      there = end * unit;
      promised = stream.duration() * unit;
    } else if (context.duration() != AV_NOPTS_VALUE) {
      // Such a container tells one length for all its streams together, some count it from 0.
      there = (reachedMicros - Math.min(0, startMicros())) / (double) MICROS;
      promised = context.duration() / (double) MICROS;
    } else {
      return;
    }
    if (promised - there > TOLERATED_SHORTFALL_SECONDS) {
      throw new MediaException(
          String.format(
              Locale.ROOT,
              "breaks off at %.2f s, although its header says %.2f s: upload it again",
              there,
              promised));
    }
  }

  private Optional<AVStream> best(int type) {
    int index = av_find_best_stream(context, type, -1, -1, (AVCodec) null, 0);
    return index < 0 ? Optional.empty() : Optional.of(context.streams(index));
  }

  private static Optional<String> scriptKind(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(64);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("#extm3u")) {
      return Optional.of("an HLS playlist");
    }
    if (text.startsWith("ffconcat")) {
      return Optional.of("a concat script");
    }
    if (text.startsWith("<")) {
      return Optional.of("an XML or HTML document");
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    avformat_close_input(context);
  }
}
