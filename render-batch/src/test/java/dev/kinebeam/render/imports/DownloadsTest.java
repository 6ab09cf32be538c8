package dev.kinebeam.render.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.program.retry.TemporaryFailure;
import dev.kinebeam.render.imports.Downloads.AllowedHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DownloadsTest {
  private static final long ONE_MEGABYTE = 1 << 20;

  @TempDir Path folder;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private String origin;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          switch (exchange.getRequestURI().getPath()) {
            case "/good" -> {
              exchange.sendResponseHeaders(200, 5);
              exchange.getResponseBody().write("video".getBytes(StandardCharsets.US_ASCII));
            }
            case "/away" -> {
              exchange.getResponseHeaders().set("Location", "http://169.254.169.254/secret");
              exchange.sendResponseHeaders(302, -1);
            }
            case "/large" -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(new byte[2 << 20]);
            }
            case "/stalls" -> {
              exchange.sendResponseHeaders(200, 10);
              exchange.getResponseBody().write(1);
              exchange.getResponseBody().flush();
              try {
                ended.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            case "/busy" -> exchange.sendResponseHeaders(503, -1);
            default -> exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    server.start();
    origin = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private Path fetch(String address) throws RowFault, IOException {
    Downloads downloads =
        new Downloads(Set.of(AllowedHost.parse(origin)), ONE_MEGABYTE, Duration.ofSeconds(2));
    Path target = folder.resolve("download");
    downloads.fetch(new VideoSource.Address(URI.create(address)), target);
    return target;
  }

  @Test
  void anAllowedHostIsFetchedFrom() throws Exception {
    assertThat(Files.readString(fetch(origin + "/good"))).isEqualTo("video");
    assertThat(Files.readString(fetch(origin.replace("http:", "HTTP:") + "/good")))
        .isEqualTo("video");
  }

  @Test
  void noOtherHostPortOrSchemeIsAsked() {
    for (String address :
        new String[] {
          "https://127.0.0.1:" + server.getAddress().getPort() + "/good",
          "http://127.0.0.1/good",
          "http://localhost:" + server.getAddress().getPort() + "/good"
        }) {
      assertThatThrownBy(() -> fetch(address))
          .as(address)
          .isInstanceOf(RowFault.class)
          .hasMessageContaining("not allowed")
          .hasMessageContaining("--allow-url-host=");
    }
    assertThatThrownBy(() -> fetch("file:///etc/passwd")).isInstanceOf(RowFault.class);
    assertThatThrownBy(() -> fetch(origin.replace("//", "//user:secret@") + "/good"))
        .hasMessageContaining("user name");
  }

  @Test
  void redirectsAreNotFollowed() {
    assertThatThrownBy(() -> fetch(origin + "/away"))
        .isInstanceOf(RowFault.class)
        .hasMessageContaining("redirects to http://169.254.169.254/secret");
  }

  @Test
  void sizeAndTimeAreBounded() {
    assertThatThrownBy(() -> fetch(origin + "/large"))
        .isInstanceOf(RowFault.class)
        .hasMessageContaining("larger than --max-mb 1");
    assertThatThrownBy(() -> fetch(origin + "/stalls"))
        .isInstanceOf(TemporaryFailure.class)
        .hasMessageContaining("within 2 s");
  }

  @Test
  void transientFailuresAreRetriedAndRefusalsAreNot() {
    assertThatThrownBy(() -> fetch(origin + "/busy")).isInstanceOf(TemporaryFailure.class);
    assertThatThrownBy(() -> fetch(origin + "/none"))
        .isInstanceOf(RowFault.class)
        .hasMessageContaining("404");
  }
}
