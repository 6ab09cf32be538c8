package dev.kinebeam.programs.cluster;

import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.render.RenderMain;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * Divides this process's own class path: Flink, what it stands on and what a process has once go to
 * the cluster's processes, a job's classes go with the job. So a cluster can take the next version
 * of a job, and another job's libraries, without being started anew.
 */
public final class ClassPaths {
  /** What a distribution of Flink has in its {@code lib}, and our reporter of metrics. */
  private static final Pattern FLINKS =
      Pattern.compile(
          "(flink-(?!connector-kafka)|log4j-|slf4j-api-|commons-(cli|collections|compress|io|lang3|math3|text)-"
              + "|kryo-|chill-java-|minlog-|objenesis-|snakeyaml-engine-|snappy-java-|lz4-java-"
              + "|javassist-|frocksdbjni-|jsr305-|async-profiler-|program-support-).*\\.jar");

  /**
   * What a process has once, whichever job comes first: native libraries, and the driver of the
   * database, which {@link java.sql.DriverManager} keeps for good with the classes around it.
   */
  private static final Pattern ONCE = Pattern.compile("(javacpp|ffmpeg|postgresql)-.*\\.jar");

  private static final Pattern VERSION = Pattern.compile("-\\d.*\\.jar$");
  private static final String TELEMETRY_LIST = "/META-INF/kinebeam/telemetry.classpath";
  private static final String RENDER_LIST = "/META-INF/kinebeam/render.classpath";

  private ClassPaths() {}

  /** The class path of a JobManager or a TaskManager. */
  public static String ofCluster() throws IOException {
    List<String> jars =
        ofThisProcess().stream().filter(jar -> is(FLINKS, jar) || is(ONCE, jar)).toList();
    return String.join(File.pathSeparator, jars);
  }

  /** What the telemetry job needs beside Flink: its own classes and its libraries. */
  public static List<String> ofTelemetry() throws IOException {
    return ofJob(TelemetryJob.class, TELEMETRY_LIST);
  }

  /** The same for the render job. */
  public static List<String> ofRender() throws IOException {
    return ofJob(RenderMain.class, RENDER_LIST);
  }

  private static List<String> ofJob(Class<?> main, String list) throws IOException {
    Set<String> names = names(main, list);
    Set<String> jars = new LinkedHashSet<>();
    jars.add(location(main));
    for (String element : ofThisProcess()) {
      if (names.contains(artifact(element)) && !is(ONCE, element)) {
        jars.add(element);
      }
    }
    return List.copyOf(jars);
  }

  private static boolean is(Pattern kind, String jar) {
    return kind.matcher(Path.of(jar).getFileName().toString()).matches();
  }

  private static Set<String> names(Class<?> main, String list) throws IOException {
    try (InputStream in = main.getResourceAsStream(list)) {
      if (in == null) {
        throw new IOException(
            list + " is not on the class path: build with './kinebeam' or 'mvn package'");
      }
      Set<String> names = new LinkedHashSet<>();
      for (String path :
          new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split(":", -1)) {
        names.add(artifact(path));
      }
      return names;
    }
  }

  /** A jar's name without its version: where modules meet, the newer of two versions is taken. */
  private static String artifact(String path) {
    return VERSION.matcher(Path.of(path).getFileName().toString()).replaceFirst("");
  }

  /** A launcher may give one jar whose manifest names the others, as test runners do. */
  private static List<String> ofThisProcess() throws IOException {
    List<String> elements =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
    if (elements.size() > 1 || !elements.get(0).endsWith(".jar")) {
      return elements;
    }
    Path jar = Path.of(elements.get(0)).toAbsolutePath();
    try (JarFile file = new JarFile(jar.toFile())) {
      String named = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (named == null) {
        return elements;
      }
      List<String> all = new ArrayList<>();
      for (String uri : named.split(" ", -1)) {
        all.add(Path.of(jar.toUri().resolve(URI.create(uri))).toString());
      }
      return all;
    }
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " has no place", e);
    }
  }
}
