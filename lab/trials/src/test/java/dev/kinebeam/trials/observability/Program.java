package dev.kinebeam.trials.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.cli.CheckoutMain;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command of {@code ./kinebeam} in a process of its own, seen through its log and admin port. */
final class Program implements AutoCloseable {
  private static final Pattern ADMIN =
      Pattern.compile("health and metrics of \\S+ at (http://127\\.0\\.0\\.1:\\d+)/readyz");
  private static final Duration STARTS_WITHIN = Eventually.LIMIT;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Daemon process;
  private URI admin;

  private Program(Daemon process) {
    this.process = process;
  }

  /** Starts the command with a free admin port. */
  static Program start(Path folder, Map<String, String> environment, String... command)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.add("--admin-port=0");
    return new Program(
        Daemon.start(
            new JavaProgram(
                command[0],
                System.getProperty("java.class.path"),
                CheckoutMain.class.getName(),
                List.of(
                    "@" + ProjectHome.folder().resolve("flink-conf/jvm.options"),
                    "-Xmx320m",
                    "-XX:TieredStopAtLevel=1"),
                arguments,
                environment),
            folder));
  }

  String name() {
    return process.name();
  }

  String log() throws IOException {
    return Files.readString(process.log(), UTF_8);
  }

  URI admin() throws IOException {
    if (admin == null) {
      await("it names its admin port", STARTS_WITHIN, () -> ADMIN.matcher(quietLog()).find());
      Matcher found = ADMIN.matcher(log());
      if (found.find()) {
        admin = URI.create(found.group(1));
      }
    }
    return admin;
  }

  private String quietLog() {
    try {
      return log();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  HttpResponse<String> get(String path) throws IOException {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(admin().resolve(path)).timeout(Duration.ofSeconds(2)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  String metrics() throws IOException {
    return get("/metrics").body();
  }

  /** Something that becomes true while the program lives. */
  interface Condition {
    boolean holds() throws IOException;
  }

  void awaitThat(String what, Duration limit, Condition condition) throws IOException {
    await(
        what,
        limit,
        () -> {
          try {
            return condition.holds();
          } catch (HttpTimeoutException | ConnectException e) {
            return false; // not yet: a program that is starting on a busy machine
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private void await(String what, Duration limit, BooleanSupplier condition) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(
            "%s: not within %d s: %s; %s"
                .formatted(name(), limit.toSeconds(), what, process.lastWords()));
      }
      try {
        TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    process.stop();
  }
}
