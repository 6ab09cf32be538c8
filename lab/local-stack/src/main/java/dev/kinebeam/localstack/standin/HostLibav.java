package dev.kinebeam.localstack.standin;

import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The few libav calls that are alike everywhere, and the limits for files that come from outside.
 */
final class HostLibav {
  /** A playlist or a subtitle posing as a video could make libav open other files, or addresses. */
  static final Map<String, String> UNTRUSTED_INPUT =
      Map.of(
          "protocol_whitelist", "file",
          "format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts");

  static {
    av_log_set_level(AV_LOG_ERROR);
  }

  private HostLibav() {}

  /** Opens a file from outside; the caller closes it by {@code avformat_close_input}. */
  static AVFormatContext open(Path file) throws UnreadableVideoException {
    AVFormatContext input = new AVFormatContext(null);
    AVDictionary options = dictionary(UNTRUSTED_INPUT);
    int opened = avformat_open_input(input, file.toString(), null, options);
    av_dict_free(options);
    check(opened, "not a video file that we know");
    int found = avformat_find_stream_info(input, (PointerPointer<?>) null);
    if (found < 0) {
      avformat_close_input(input);
    }
    check(found, "no readable streams");
    return input;
  }

  static AVDictionary dictionary(Map<String, String> entries) {
    AVDictionary dictionary = new AVDictionary(null);
    entries.forEach((name, value) -> av_dict_set(dictionary, name, value, 0));
    return dictionary;
  }

  static void check(int result, String problem) throws UnreadableVideoException {
    if (result < 0) {
      throw new UnreadableVideoException(problem + ": " + message(result));
    }
  }

  private static String message(int error) {
    byte[] text = new byte[128];
    av_strerror(error, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }
}
