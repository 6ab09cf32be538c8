package dev.kinebeam.localstack.standin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.kinebeam.web.http.ByteRange;
import dev.kinebeam.web.http.ByteRange.Wanted;
import dev.kinebeam.web.http.Preconditions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Answers players: files, by range if they like, from pages of any origin. */
public final class PlayerAnswers {
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int PRECONDITION_FAILED = 412;
  private static final int UNSATISFIABLE = 416;
  private static final int NO_BODY = -1;

  /** A video's files never change, but it may be deleted, and then its caches should forget it. */
  private static final Duration CACHED_FOR = Duration.ofHours(1);

  private static final Map<String, String> TYPES =
      Map.of(
          "m3u8", "application/vnd.apple.mpegurl",
          "m4s", "video/iso.segment",
          "mp4", "video/mp4",
          "jpg", "image/jpeg");

  private PlayerAnswers() {}

  /**
   * Says how long the file may be kept. A signed address is one viewer's, and no cache may serve it
   * once it has expired.
   *
   * @param expires when its address does; empty = never
   */
  public static void headers(Headers headers, String path, Optional<Instant> expires, Instant now) {
    Duration left = expires.map(end -> Duration.between(now, end)).orElse(CACHED_FOR);
    Duration age = left.compareTo(CACHED_FOR) < 0 ? left : CACHED_FOR;
    headers.set(
        "Cache-Control",
        (expires.isPresent() ? "private" : "public") + ", max-age=" + Math.max(0, age.toSeconds()));
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", type(path));
  }

  /** Answers a GET or a HEAD. */
  public static void serve(HttpExchange exchange, String path, Content content) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    Preconditions conditions = new Preconditions(tag(path, content), content.modified());
    headers.set("ETag", conditions.tag());
    headers.set("Last-Modified", conditions.lastModified());
    switch (conditions.of(name -> header(exchange, name))) {
      case NOT_MODIFIED -> exchange.sendResponseHeaders(NOT_MODIFIED, NO_BODY);
      case FAILED -> refuse(exchange, PRECONDITION_FAILED, "the file is another one by now");
      case PROCEED -> {
        boolean partly = conditions.rangeHolds(header(exchange, "If-Range"));
        serve(exchange, content, partly ? header(exchange, "Range") : Optional.empty());
      }
    }
  }

  private static void serve(HttpExchange exchange, Content content, Optional<String> range)
      throws IOException {
    long size = content.bytes();
    Headers headers = exchange.getResponseHeaders();
    // A range is defined for GET alone (RFC 9110, 14.2).
    boolean get = exchange.getRequestMethod().equals("GET");
    Wanted wanted = ByteRange.of(range.filter(asked -> get), size);
    if (wanted instanceof Wanted.Part part) {
      headers.set(
          "Content-Range",
          "bytes " + part.range().first() + "-" + part.range().last() + "/" + size);
      send(exchange, PARTIAL, content, part.range());
    } else if (wanted instanceof Wanted.Whole) {
      send(exchange, OK, content, new ByteRange(0, size - 1));
    } else {
      headers.set("Content-Range", "bytes */" + size);
      refuse(exchange, UNSATISFIABLE, "the file has " + size + " bytes");
    }
  }

  /** Several lines of one header are one list. */
  private static Optional<String> header(HttpExchange exchange, String name) {
    List<String> lines = exchange.getRequestHeaders().get(name);
    return lines == null ? Optional.empty() : Optional.of(String.join(", ", lines));
  }

  private static String tag(String path, Content content) {
    UUID word =
        UUID.nameUUIDFromBytes((path + "\n" + content.version()).getBytes(StandardCharsets.UTF_8));
    return "\"" + word + "\"";
  }

  private static void send(HttpExchange exchange, int status, Content content, ByteRange range)
      throws IOException {
    if (exchange.getRequestMethod().equals("HEAD") || range.length() == 0) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(range.length()));
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(status, range.length());
    try (OutputStream body = exchange.getResponseBody()) {
      content.copyTo(Channels.newChannel(body), range.first(), range.length());
    }
  }

  /** Answers in plain text. */
  public static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    byte[] text = (reason + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
  }

  /** Lets pages of any origin read the answer. */
  public static void allowAnyOrigin(Headers headers) {
    headers.set("Access-Control-Allow-Origin", "*");
    // Without it Resource Timing reports 0 for the time to the first byte.
    headers.set("Timing-Allow-Origin", "*");
    headers.set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    headers.set(
        "Access-Control-Allow-Headers",
        "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since");
    headers.set(
        "Access-Control-Expose-Headers",
        "Content-Length, Content-Range, Accept-Ranges, ETag, Last-Modified");
  }

  private static String type(String path) {
    return TYPES.getOrDefault(
        path.substring(path.lastIndexOf('.') + 1), "application/octet-stream");
  }
}
