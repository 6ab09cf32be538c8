package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Passes on a host's API, and misbehaves on the way as networks and busy hosts do. */
final class FaultProxy implements AutoCloseable {
  private static final Set<String> OF_THE_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "host",
          "upgrade",
          "http2-settings",
          "transfer-encoding",
          ":status");

  /** What happens to a call. */
  enum Fault {
    NONE,
    /** It is answered 429 and not passed on. */
    BUSY,
    /** It is answered 500 and not passed on. */
    TROUBLE,
    /** It is passed on, and its answer gets lost. */
    LOST_ANSWER,
    /** It is answered 200 with what is not the API's. */
    OTHER_PAGE
  }

  private final URI target;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpServer server;
  private final Queue<Fault> next = new ArrayDeque<>();

  /**
   * @param target the host's address without path
   */
  FaultProxy(URI target) throws IOException {
    this.target = target;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Replaces what is to happen to the next calls; those after them are passed on. */
  synchronized void order(Fault... faults) {
    next.clear();
    next.addAll(List.of(faults));
  }

  /** Whether each of the faults that were ordered has happened. */
  synchronized boolean isSpent() {
    return next.isEmpty();
  }

  private synchronized Fault take() {
    return next.isEmpty() ? Fault.NONE : next.remove();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Fault fault = take();
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (fault) {
        case BUSY -> exchange.sendResponseHeaders(429, -1);
        case TROUBLE -> exchange.sendResponseHeaders(500, -1);
        case OTHER_PAGE -> send(exchange, 200, "<html>Bad gateway</html>".getBytes(UTF_8));
        case LOST_ANSWER -> passedOn(exchange, body);
        case NONE -> {
          HttpResponse<byte[]> answer = passedOn(exchange, body);
          answer
              .headers()
              .map()
              .forEach(
                  (name, values) -> {
                    if (!OF_THE_CONNECTION.contains(name)) {
                      exchange.getResponseHeaders().put(name, values);
                    }
                  });
          send(exchange, answer.statusCode(), answer.body());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private HttpResponse<byte[]> passedOn(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
