package dev.kinebeam.trials.servers;

import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.videohost.VideoHostMain;
import dev.kinebeam.worker.WorkerMain;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that serves HTTP, as a process of its own with the JVM options that {@code ./kinebeam}
 * gives it. It can be killed and started again at its address; it ends with this JVM, and one that
 * an earlier JVM left behind is stopped first.
 */
public final class ServerProcess implements Closeable {
  private static final String WORKER = "worker";
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final String name;
  private final String classPath;
  private final String main;
  private final List<String> flags;
  private final Map<String, String> environment;
  private final Path folder;
  private final Pattern readyLine;
  private final Thread atExit = new Thread(this::endQuietly, "server-at-exit");
  private Daemon process;
  private long logStart;
  private int port;
  private int adminPort;

  private ServerProcess(
      String name,
      String classPath,
      String main,
      List<String> flags,
      Map<String, String> environment,
      Path folder) {
    this.name = name;
    this.classPath = classPath;
    this.main = main;
    this.flags = flags;
    this.environment = environment;
    this.folder = folder;
    this.readyLine =
        Pattern.compile(
            name
                + " ready at http://127\\.0\\.0\\.1:(\\d+) \\(health and metrics at port"
                + " (\\d+)\\)");
  }

  /**
   * Starts the ingest gateway and waits until it is ready.
   *
   * @param folder gets its log and its pid file
   * @param port 0 takes a free one
   * @param more flags, beside the ports
   */
  public static ServerProcess gateway(Endpoints endpoints, Path folder, int port, String... more)
      throws IOException {
    return started(
        new ServerProcess(
            "gateway",
            ofThisProcess(),
            GatewayMain.class.getName(),
            List.of(more),
            endpoints.toEnvironment(ProgramRole.GATEWAY),
            folder),
        port);
  }

  /**
   * Starts the Core API and waits until it is ready.
   *
   * @param folder gets its log and its pid file
   * @param port 0 takes a free one
   * @param more flags, beside the ports
   */
  public static ServerProcess coreApi(Endpoints endpoints, Path folder, int port, String... more)
      throws IOException {
    return coreApi(endpoints, Map.of(), folder, port, more);
  }

  /**
   * As the other one.
   *
   * @param settings by their variables, beside those of the endpoints
   */
  public static ServerProcess coreApi(
      Endpoints endpoints, Map<String, String> settings, Path folder, int port, String... more)
      throws IOException {
    Map<String, String> environment = new HashMap<>(endpoints.toEnvironment(ProgramRole.CORE_API));
    environment.putAll(settings);
    return started(
        new ServerProcess(
            "core-api",
            ofThisProcess(),
            CoreApiMain.class.getName(),
            List.of(more),
            environment,
            folder),
        port);
  }

  /**
   * Starts our own video host and waits until it is ready.
   *
   * @param folder gets its log, its pid file, and its cache
   * @param port 0 takes a free one
   * @param keys of its API and of playback addresses, by the names of their variables
   * @param bucket of its videos and their mezzanines; it must be there
   * @param more flags, beside the ports and folders
   */
  public static ServerProcess videoHost(
      Endpoints endpoints,
      Path folder,
      int port,
      Map<String, String> keys,
      String bucket,
      String... more)
      throws IOException {
    Map<String, String> environment = new HashMap<>(endpoints.toEnvironment(ProgramRole.RENDER));
    environment.putAll(keys);
    environment.put("S3_MEZZANINE_BUCKET", bucket);
    List<String> flags = new ArrayList<>(List.of(more));
    flags.add("--dir=" + folder.resolve("video-host"));
    return started(
        new ServerProcess(
            "video-host",
            ofThisProcess(),
            VideoHostMain.class.getName(),
            flags,
            environment,
            folder),
        port);
  }

  /**
   * Starts the media worker and waits until it is ready; it serves health and metrics alone.
   *
   * @param folder gets its log and its pid file
   * @param more flags, beside the port
   */
  public static ServerProcess worker(Endpoints endpoints, Path folder, String... more)
      throws IOException {
    return worker(endpoints, Map.of(), folder, more);
  }

  /**
   * As the other one.
   *
   * @param settings by their variables, beside those of the endpoints
   */
  public static ServerProcess worker(
      Endpoints endpoints, Map<String, String> settings, Path folder, String... more)
      throws IOException {
    Map<String, String> environment = new HashMap<>(endpoints.toEnvironment(ProgramRole.WORKER));
    environment.putAll(settings);
    return started(
        new ServerProcess(
            WORKER,
            ofThisProcess(),
            WorkerMain.class.getName(),
            List.of(more),
            environment,
            folder),
        0);
  }

  /**
   * Starts a gateway of another build on a free port and waits until it is ready.
   *
   * @param classPath has that build's classes
   * @param folder gets its log and its pid file
   */
  public static ServerProcess gatewayOf(String classPath, Endpoints endpoints, Path folder)
      throws IOException {
    return started(
        new ServerProcess(
            "gateway",
            classPath,
            GatewayMain.class.getName(),
            List.of(),
            endpoints.toEnvironment(ProgramRole.GATEWAY),
            folder),
        0);
  }

  private static String ofThisProcess() {
    return System.getProperty("java.class.path");
  }

  private static ServerProcess started(ServerProcess server, int port) throws IOException {
    server.port = port;
    Optional<Daemon> orphan = Daemon.running(server.name, server.folder);
    if (orphan.isPresent()) {
      orphan.get().stop();
    }
    Runtime.getRuntime().addShutdownHook(server.atExit);
    try {
      server.start();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Starts it, after it was killed at its old address; returns when it is ready. */
  public void start() throws IOException {
    Path log = folder.resolve("logs").resolve(name + ".log");
    logStart = Files.exists(log) ? Files.size(log) : 0;
    process = Daemon.start(program(), folder);
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(name + " does not start; " + process.lastWords());
      }
      try {
        TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while " + name + " was starting", e);
      }
    }
  }

  private JavaProgram program() throws IOException {
    Path options = ProjectHome.folder().resolve("flink-conf");
    List<String> arguments = new ArrayList<>(flags);
    if (!name.equals(WORKER)) {
      arguments.add("--port=" + port);
    }
    arguments.add("--admin-port=" + adminPort);
    return new JavaProgram(
        name,
        classPath,
        main,
        List.of(
            "@" + options.resolve("jvm.options"),
            "@" + options.resolve(name + "-jvm.options"),
            "-Dkinebeam.log=" + folder.resolve("logs").resolve(name + ".log4j")),
        arguments,
        environment);
  }

  /** Its log is appended to: what an earlier process wrote does not count. */
  private boolean isReady() throws IOException {
    Matcher line = readyLine.matcher(written());
    boolean ready = false;
    while (line.find()) {
      ready = true;
      port = Integer.parseInt(line.group(1));
      adminPort = Integer.parseInt(line.group(2));
    }
    return ready;
  }

  private String written() throws IOException {
    try (InputStream log = Files.newInputStream(process.log())) {
      log.skipNBytes(logStart);
      return new String(log.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Where it listens on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Where its health and metrics are. */
  public int adminPort() {
    return adminPort;
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The process. */
  public ProcessHandle handle() {
    return process.process();
  }

  /** Ends it as a crash would, with requests in flight. */
  public void kill() throws IOException {
    process.kill();
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      process.stop();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running and finds nothing to do.
    }
  }

  private void endQuietly() {
    if (process != null) {
      process.process().destroyForcibly();
    }
  }
}
