package dev.kinebeam.catalog.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BoundedBodyTest {
  private static final int LIMIT = 100_000;
  private final AtomicLong sent = new AtomicLong();
  private final HttpClient http = HttpClient.newHttpClient();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[10_000];
          try (OutputStream body = exchange.getResponseBody()) {
            while (true) {
              body.write(block);
              sent.addAndGet(block.length);
            }
          }
        });
    server.createContext(
        "/text",
        exchange -> {
          byte[] text = "până".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, text.length);
          exchange.getResponseBody().write(text);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
        .build();
  }

  @Test
  @Timeout(30)
  void anAnswerWithoutEndFailsAtTheLimit() {
    assertThatThrownBy(() -> http.send(request("/endless"), BoundedBody.bytes(LIMIT)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 100000 bytes");
    // The rest is in the sockets' buffers.
    assertThat(sent.get()).isLessThan(50_000_000);
  }

  @Test
  void whatFitsIsRead() throws Exception {
    assertThat(http.send(request("/text"), BoundedBody.text(6)).body()).isEqualTo("până");
    assertThat(http.send(request("/text"), BoundedBody.bytes(6)).body()).hasSize(6);
  }
}
