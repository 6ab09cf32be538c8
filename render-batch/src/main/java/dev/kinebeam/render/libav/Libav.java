package dev.kinebeam.render.libav;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

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

  /** The same in letters that any file system and any bucket takes. */
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
   * The command that runs {@code main} in a child JVM of its own, for files that nobody trusts: its
   * arguments come behind it. A small heap and a quick start; what libav takes is outside the heap.
   */
  public static List<String> childJvm(Class<?> main) {
    String classPath =
        classPath(main).stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        // Its log is read from its standard error; it must leave no files of its own.
        "-XX:ErrorFile=/dev/stderr",
        "-XX:-CreateCoredumpOnCrash",
        "-cp",
        classPath,
        main.getName());
  }

  /**
   * The smallest class path on which this package runs in another JVM: the jars (or class folders)
   * that hold {@code main}, the bindings and the native libraries of this platform. It is taken
   * from where they were loaded, so it is right inside shaded jars and job class loaders too.
   */
  private static Set<Path> classPath(Class<?> main) {
    Set<Path> paths = new LinkedHashSet<>();
    for (Class<?> type : new Class<?>[] {main, Loader.class, avutil.class}) {
      paths.add(path(type.getProtectionDomain().getCodeSource().getLocation()));
    }
    String platform = Loader.getPlatform();
    addHolder(paths, "/org/bytedeco/javacpp/" + platform + "/libjnijavacpp.so");
    for (String extension : new String[] {"-gpl", ""}) {
      addHolder(paths, "/org/bytedeco/ffmpeg/" + platform + extension + "/libjniavutil.so");
    }
    return paths;
  }

  private static void addHolder(Collection<Path> paths, String resource) {
    URL url = Libav.class.getResource(resource);
    if (url == null) {
      return;
    }
    String spec = url.toString();
    int bang = spec.indexOf("!/");
    if (spec.startsWith("jar:") && bang > 0) {
      paths.add(Path.of(URI.create(spec.substring("jar:".length(), bang))));
    }
  }

  private static Path path(URL location) {
    try {
      return Path.of(location.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class was loaded from " + location, e);
    }
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
