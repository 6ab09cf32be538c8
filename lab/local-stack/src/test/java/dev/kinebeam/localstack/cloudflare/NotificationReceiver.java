package dev.kinebeam.localstack.cloudflare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Receives notifications as they come. */
final class NotificationReceiver implements AutoCloseable {
  /** The raw body, and {@code Webhook-Signature}. */
  record Received(String body, String signature) {
    JsonNode json() throws IOException {
      return Json.MAPPER.readTree(body);
    }

    String uid() throws IOException {
      return json().path("uid").asText();
    }

    long time() {
      return Long.parseLong(signature.replaceFirst("time=(\\d+),sig1=.*", "$1"));
    }
  }

  private final HttpServer server;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  NotificationReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            received.add(
                new Received(
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                    exchange.getRequestHeaders().getFirst("Webhook-Signature")));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  Received next() throws InterruptedException {
    Received next = received.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no notification for 30 s");
    }
    return next;
  }

  boolean isEmpty() {
    return received.isEmpty();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
