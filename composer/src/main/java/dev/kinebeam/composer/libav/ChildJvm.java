package dev.kinebeam.composer.libav;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/** Starts child JVMs that read untrusted files. */
public final class ChildJvm {
  /** All that a child needs of our environment, which holds keys and passwords. */
  private static final Set<String> INHERITED = Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL");

  private ChildJvm() {}

  /**
   * Runs {@code main} in a JVM of its own. A small heap and a quick start; what libav takes is
   * outside the heap. The JVM's own messages, also the summary of a crash, are written to standard
   * error; standard output has only what {@code main} writes. Of the environment it has only where
   * to find programs and to put temporary files, and no secrets.
   */
  public static ProcessBuilder builder(Class<?> main, String... arguments) {
    Set<Path> classPath = classPath(main);
    List<String> java = java();
    List<String> command = new ArrayList<>(java);
    command.addAll(ClassArchive.options(java, classPath, main));
    command.addAll(List.of("-cp", ClassArchive.joined(classPath), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    keepFewVariables(builder);
    return builder;
  }

  /** The JVM, and the options that every child has. */
  static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        // It would refuse more memory at four times the heap; the parent looks at its memory.
        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
        "-XX:+DisplayVMOutputToStderr",
        // It must leave no files of its own.
        "-XX:ErrorFile=/dev/stderr",
        "-XX:-CreateCoredumpOnCrash");
  }

  static void keepFewVariables(ProcessBuilder builder) {
    builder.environment().keySet().retainAll(INHERITED);
  }

  /**
   * The smallest class path on which this package runs in another JVM: the jars (or class folders)
   * that hold {@code main}, which may be another module's, this package, the bindings and the
   * native libraries of this platform. It is taken from where they were loaded, so it is right
   * inside shaded jars and job class loaders too.
   */
  static Set<Path> classPath(Class<?> main) {
    Set<Path> paths = new LinkedHashSet<>();
    for (Class<?> type : new Class<?>[] {main, ChildJvm.class, Loader.class, avutil.class}) {
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
    URL url = ChildJvm.class.getResource(resource);
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
}
