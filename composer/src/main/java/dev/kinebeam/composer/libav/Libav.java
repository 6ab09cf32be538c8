package dev.kinebeam.composer.libav;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/** What every use of the libraries shares: error codes, options, and facts about the build. */
public final class Libav {
  static {
    NativeLoading.load();
  }

  private Libav() {}

  /** The version string of the loaded libraries, such as {@code 8.0.1}. */
  public static String version() {
    return av_version_info().getString();
  }

  /** The same in characters that every file system and every bucket accepts. */
  public static String fileSafeVersion() {
    return version().replaceAll("[^A-Za-z0-9.]", "_");
  }

  /**
   * The H.264 encoder of this build: libx264 in the GPL build, openh264 in the other.
   *
   * @throws IllegalStateException when the build has neither
   */
  public static String h264Encoder() {
    for (String name : new String[] {"libx264", "libopenh264"}) {
      if (avcodec_find_encoder_by_name(name) != null) {
        return name;
      }
    }
    throw new IllegalStateException("this build of ffmpeg has no H.264 encoder");
  }

  /**
   * From now on no single request for memory may be bigger: a header that lies about sizes fails
   * before it hurts. Holds for the whole process.
   */
  public static void limitAllocations(long bytes) {
    av_max_alloc(bytes);
  }

  /** Passes a result on, or throws what the libraries say about a negative one. */
  static int check(int result, String what) throws MediaException {
    if (result < 0) {
      throw new MediaException(what + ": " + message(result));
    }
    return result;
  }

  static String message(int error) {
    byte[] text = new byte[256];
    av_strerror(error, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  /** Native options for the time of one call. */
  static final class Options implements AutoCloseable {
    final AVDictionary dictionary = new AVDictionary(null);

    Options(Map<String, String> values) {
      values.forEach((key, value) -> av_dict_set(dictionary, key, value, 0));
    }

    @Override
    public void close() {
      av_dict_free(dictionary);
    }
  }
}
