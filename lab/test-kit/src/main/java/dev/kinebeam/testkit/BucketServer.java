package dev.kinebeam.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;

/**
 * One bucket over HTTP with the conditions of S3, in memory: the S3 server of the local stack needs
 * a class path that is not ours; integration tests use that. As several stores do, it refuses
 * whatever names a checksum, and bodies in chunks that are signed.
 */
public final class BucketServer implements AutoCloseable {
  /** By key. */
  public final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();

  private final HttpServer server;

  /** Runs before each write is looked at, outside of the lock: for what others do meanwhile. */
  public volatile Runnable beforeWrite = () -> {};

  /** Whether a signature for GET authorizes nothing else, as at most stores. */
  public volatile boolean refusesSignedHead;

  /** Starts it, empty. */
  public BucketServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  /** The settings of its bucket, as programs read them; its name is {@code bucket}. */
  public Map<String, String> environment() {
    return Map.of(
        "S3_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
        "S3_ACCESS_KEY_ID", "id",
        "S3_SECRET_ACCESS_KEY", "secret",
        "S3_ASSETS_BUCKET", "bucket");
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] sent = exchange.getRequestBody().readAllBytes();
    String key = exchange.getRequestURI().getPath().replaceFirst("^/bucket/?", "");
    String method = exchange.getRequestMethod();
    if (method.equals("PUT")) {
      beforeWrite.run();
    }
    int status;
    byte[] body = new byte[0];
    synchronized (this) {
      byte[] there = objects.get(key);
      if (hasChecksum(exchange) || isChunked(exchange)) {
        status = 400;
      } else if (method.equals("GET") && key.isEmpty()) {
        status = 200;
        body = list(exchange.getRequestURI().getQuery());
      } else if (method.equals("PUT")) {
        status = put(exchange, key, there, sent);
      } else if (method.equals("DELETE")) {
        objects.remove(key);
        status = 204;
      } else if (refusesSignedHead && isSignedHead(exchange)) {
        status = 403;
      } else if (there == null) {
        status = 404;
      } else if (isAnother(exchange.getRequestHeaders().getFirst("If-Match"), there)) {
        status = 412;
      } else {
        status = 200;
        body = there;
      }
      if (objects.containsKey(key)) {
        exchange.getResponseHeaders().set("ETag", etag(objects.get(key)));
      }
    }
    if (method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(
        status, method.equals("HEAD") || body.length == 0 ? -1 : body.length);
    if (!method.equals("HEAD") && body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private int put(HttpExchange exchange, String key, byte[] there, byte[] sent) {
    String absent = exchange.getRequestHeaders().getFirst("If-None-Match");
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    if (absent != null && there != null) {
      return 412;
    }
    if (match != null && there == null) {
      return 404;
    }
    if (isAnother(match, there)) {
      return 412;
    }
    objects.put(key, sent);
    return 200;
  }

  private static boolean isSignedHead(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    return exchange.getRequestMethod().equals("HEAD")
        && query != null
        && query.contains("X-Amz-Signature");
  }

  private static boolean isAnother(String wanted, byte[] there) {
    return wanted != null && !wanted.equals(etag(there));
  }

  private static boolean hasChecksum(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestURI().getRawQuery())
            .toLowerCase(Locale.ROOT)
            .contains("checksum")
        || exchange.getRequestHeaders().keySet().stream()
            .anyMatch(name -> name.toLowerCase(Locale.ROOT).contains("checksum"));
  }

  private static boolean isChunked(HttpExchange exchange) {
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    String hash = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
    return (encoding != null && encoding.contains("aws-chunked"))
        || (hash != null && hash.startsWith("STREAMING-"));
  }

  private byte[] list(String query) {
    String prefix = query.replaceFirst(".*prefix=([^&]*).*", "$1");
    StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
    objects.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .forEach(
            key ->
                xml.append("<Contents><Key>")
                    .append(key)
                    .append("</Key><Size>")
                    .append(objects.get(key).length)
                    .append("</Size></Contents>"));
    return xml.append("</ListBucketResult>").toString().getBytes(UTF_8);
  }

  private static String etag(byte[] content) {
    try {
      byte[] md5 = MessageDigest.getInstance("MD5").digest(content);
      return '"' + HexFormat.of().formatHex(md5) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
