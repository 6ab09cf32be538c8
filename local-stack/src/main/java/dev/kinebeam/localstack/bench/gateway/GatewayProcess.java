package dev.kinebeam.localstack.bench.gateway;

import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.localstack.services.ProjectHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The gateway as a process of its own, with the JVM options that {@code ./kinebeam gateway} has and
 * every setting at its default. It ends with this JVM.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(20);
  private static final Pattern READY =
      Pattern.compile("gateway ready at http://127\\.0\\.0\\.1:(\\d+) .*");

  private final Process process;
  private final int port;
  private final Thread atExit;

  private GatewayProcess(Process process, int port, Thread atExit) {
    this.process = process;
    this.port = port;
    this.atExit = atExit;
  }

  /**
   * Starts it on a free port and waits until it listens.
   *
   * @param log gets what it writes
   */
  public static GatewayProcess start(Endpoints endpoints, Path log) throws IOException {
    Path options = ProjectHome.folder().resolve("flink-conf");
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
    command.add("@" + options.resolve("jvm.options"));
    command.add("@" + options.resolve("gateway-jvm.options"));
    command.add("-Dkinebeam.log=" + log + ".log4j");
    command.add(GatewayMain.class.getName());
    command.addAll(List.of("--port=0", "--admin-port=0"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(endpoints.toEnvironment(ProgramRole.GATEWAY));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Files.createDirectories(log.toAbsolutePath().getParent());
    builder.redirectError(log.toFile());
    Process process = builder.start();
    Thread atExit = new Thread(process::destroyForcibly, "gateway-at-exit");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      return new GatewayProcess(process, port(process, log), atExit);
    } catch (IOException e) {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(atExit);
      throw e;
    }
  }

  private static int port(Process process, Path log) throws IOException {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, port), "gateway-output");
    reader.setDaemon(true);
    reader.start();
    try {
      return port.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the gateway did not start; see " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the gateway was starting", e);
    }
  }

  /** To the end of the output, since a full pipe would stop the gateway. */
  private static void read(Process process, CompletableFuture<Integer> port) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = output.readLine()) != null) {
        Matcher ready = READY.matcher(line);
        if (ready.matches()) {
          port.complete(Integer.valueOf(ready.group(1)));
        }
      }
      port.completeExceptionally(new IOException("end of output"));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  /** Where it listens on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The process. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running and finds nothing to do.
    }
  }
}
