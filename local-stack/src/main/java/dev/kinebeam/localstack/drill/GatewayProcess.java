package dev.kinebeam.localstack.drill;

import dev.kinebeam.gateway.GatewayMain;
import dev.kinebeam.localstack.services.Daemon;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.FreePorts;
import dev.kinebeam.localstack.services.JavaProgram;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.localstack.services.StackSettings.PortChoice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gateway as a process of its own, which can be killed and started again at its address. */
final class GatewayProcess {
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final Path folder;
  private final JavaProgram program;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private Daemon process;

  private GatewayProcess(Path folder, JavaProgram program, int port) {
    this.folder = folder;
    this.program = program;
    this.port = port;
  }

  static GatewayProcess start(Endpoints endpoints, Path folder) throws IOException {
    FreePorts free = new FreePorts(PortChoice.FREE);
    int port = free.free();
    JavaProgram program =
        new JavaProgram(
            "gateway",
            System.getProperty("java.class.path"),
            GatewayMain.class.getName(),
            List.of("-Xmx256m", "-XX:+UseSerialGC"),
            List.of("--port=" + port, "--admin-port=" + free.free()),
            endpoints.toEnvironment(ProgramRole.GATEWAY));
    GatewayProcess gateway = new GatewayProcess(folder, program, port);
    try {
      gateway.start();
      return gateway;
    } catch (IOException e) {
      if (gateway.process != null) {
        gateway.process.stop();
      }
      throw e;
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it; returns when it answers. */
  void start() throws IOException {
    process = Daemon.start(program, folder);
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("the gateway does not answer; " + process.lastWords());
      }
      try {
        TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the gateway was starting", e);
      }
    }
  }

  private boolean answers() {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(address()).timeout(Duration.ofSeconds(2)).GET().build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 500;
    } catch (IOException away) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends it as a crash would, with requests in flight. */
  void kill() throws IOException {
    process.kill();
  }

  void stop() throws IOException {
    process.stop();
  }
}
