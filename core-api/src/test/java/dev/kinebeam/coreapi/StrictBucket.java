package dev.kinebeam.coreapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A bucket over HTTP that takes no upload with {@code x-amz-checksum-…} or {@code
 * x-amz-sdk-checksum-…}, in headers or address, as several S3 stores do; and none of another type
 * than its address is signed for.
 */
public final class StrictBucket implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Stored> objects = new ConcurrentHashMap<>();

  /** Whether it answers 503 to everything. */
  public volatile boolean unavailable;

  private record Stored(long bytes, String type, String etag) {}

  private StrictBucket(HttpServer server) {
    this.server = server;
  }

  static StrictBucket start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    StrictBucket bucket = new StrictBucket(server);
    server.setExecutor(bucket.threads);
    server.createContext("/", bucket::answer);
    server.start();
    return bucket;
  }

  /** A client of the bucket. */
  ObjectStore open() {
    return ObjectStore.open(
        new ObjectStoreSettings(
            "recordings",
            "eu-central-1",
            Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
            Optional.of(new ObjectStoreSettings.Credentials("id", "secret"))));
  }

  /** Stores an object of which only the size is known. */
  public void put(String key, long bytes, String type) {
    objects.put("/recordings/" + key, new Stored(bytes, type, UUID.randomUUID().toString()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (unavailable) {
        exchange.sendResponseHeaders(503, -1);
      } else if (exchange.getRequestMethod().equals("PUT")) {
        exchange.sendResponseHeaders(stored(exchange), -1);
      } else {
        head(exchange);
      }
    }
  }

  private int stored(HttpExchange exchange) throws IOException {
    long bytes = exchange.getRequestBody().readAllBytes().length;
    String query = String.valueOf(exchange.getRequestURI().getRawQuery()).toLowerCase(Locale.ROOT);
    boolean checksum =
        query.contains("checksum")
            || exchange.getRequestHeaders().keySet().stream()
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains("checksum"));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (checksum || type == null || !query.contains("x-amz-signedheaders=content-type%3bhost&")) {
      return 400;
    }
    objects.put(
        exchange.getRequestURI().getPath(), new Stored(bytes, type, UUID.randomUUID().toString()));
    return 200;
  }

  private void head(HttpExchange exchange) throws IOException {
    Stored stored = objects.get(exchange.getRequestURI().getPath());
    if (stored == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", '"' + stored.etag + '"');
    exchange.getResponseHeaders().set("Content-Type", stored.type);
    exchange.getResponseHeaders().set("Content-Length", Long.toString(stored.bytes));
    exchange.sendResponseHeaders(200, -1);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
