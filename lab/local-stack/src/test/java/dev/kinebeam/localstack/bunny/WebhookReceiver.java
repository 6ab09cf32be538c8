package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.localstack.standin.JsonFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Receives webhooks, and refuses the first so many. */
final class WebhookReceiver implements AutoCloseable {
  record Received(String body, String signature, String version, String algorithm) {
    String guid() throws IOException {
      return json().get("VideoGuid").asText();
    }

    int status() throws IOException {
      return json().get("Status").asInt();
    }

    private JsonNode json() throws IOException {
      return JsonFiles.MAPPER.readTree(body);
    }
  }

  private final HttpServer server;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final AtomicInteger toRefuse = new AtomicInteger();

  WebhookReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (toRefuse.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
              exchange.sendResponseHeaders(503, -1);
              return;
            }
            var headers = exchange.getRequestHeaders();
            received.add(
                new Received(
                    body,
                    headers.getFirst("X-BunnyStream-Signature"),
                    headers.getFirst("X-BunnyStream-Signature-Version"),
                    headers.getFirst("X-BunnyStream-Signature-Algorithm")));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
  }

  void refuseNext(int count) {
    toRefuse.set(count);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  /** Everything received of this video until it was finished or had failed. */
  List<Received> untilEnd(String guid) throws Exception {
    List<Received> seen = new ArrayList<>();
    while (true) {
      Received next = received.poll(30, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no webhook for 30 s; seen so far: " + seen.size());
      }
      if (next.guid().equals(guid)) {
        seen.add(next);
        int status = next.status();
        if (status == WebhookStatus.FINISHED.code() || status == WebhookStatus.FAILED.code()) {
          return seen;
        }
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
