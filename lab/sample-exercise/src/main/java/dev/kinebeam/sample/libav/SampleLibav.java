package dev.kinebeam.sample.libav;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** What every use of the libav libraries here needs: errors as exceptions, options from maps. */
final class SampleLibav {
  static {
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
  }

  private SampleLibav() {}

  /**
   * Returns a non-negative result unchanged and turns a negative one into an error that says why.
   */
  static int check(int result, String what) throws IOException {
    if (result < 0) {
      byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
      avutil.av_strerror(result, text, text.length);
      throw new IOException(what + ": " + cString(text));
    }
    return result;
  }

  /** The first encoder of those named that this build of libav has. */
  static AVCodec encoder(String... names) throws IOException {
    for (String name : names) {
      AVCodec codec = avcodec.avcodec_find_encoder_by_name(name);
      if (codec != null) {
        return codec;
      }
    }
    throw new IOException("this build of ffmpeg has none of " + String.join(", ", names));
  }

  static AVDictionary dictionary(Map<String, String> options) {
    AVDictionary dictionary = new AVDictionary(null);
    options.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
    return dictionary;
  }

  private static String cString(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, java.nio.charset.StandardCharsets.UTF_8);
  }
}
