package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An untrusted media file, opened so that it can reach nothing but itself: only the {@code file}
 * protocol, and only containers that hold their media inside (no playlists, no concat scripts).
 */
final class MediaInput implements AutoCloseable {
  private static final Map<String, String> WHITELISTS =
      Map.of(
          "protocol_whitelist",
          "file",
          "format_whitelist",
          "mov,mp4,m4a,matroska,webm,mpegts,mpeg,avi,mxf,mp3,wav,flac,aac,ogg,aiff");

  final AVFormatContext context;

  private MediaInput(AVFormatContext context) {
    this.context = context;
  }

  static MediaInput open(Path file) throws IOException {
    if (Files.size(file) == 0) {
      throw new MediaException("the file is empty (0 bytes)");
    }
    AVFormatContext context = new AVFormatContext(null);
    try (Libav.Options options = new Libav.Options(WHITELISTS)) {
      String url = "file:" + file.toAbsolutePath();
      int opened = avformat_open_input(context, url, null, options.dictionary);
      if (opened < 0) {
        throw new MediaException(
            scriptKind(file)
                .map(kind -> "is " + kind + " and not a media file")
                .orElse("is not a readable media file: " + Libav.message(opened)));
      }
    }
    MediaInput input = new MediaInput(context);
    try {
      Libav.check(
          avformat_find_stream_info(context, (PointerPointer<?>) null),
          "its streams cannot be read");
    } catch (MediaException e) {
      input.close();
      throw e;
    }
    return input;
  }

  /** The main picture stream; a cover image of a sound file is none. */
  Optional<AVStream> video() {
    return best(AVMEDIA_TYPE_VIDEO)
        .filter(stream -> (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0);
  }

  Optional<AVStream> audio() {
    return best(AVMEDIA_TYPE_AUDIO);
  }

  /** Where the container says that its time begins, in microseconds. */
  long startMicros() {
    return context.start_time() == AV_NOPTS_VALUE ? 0 : context.start_time();
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
