package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.web.http.ByteRange;
import dev.kinebeam.web.http.ByteRange.Wanted;
import dev.kinebeam.web.http.Preconditions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /{guid}/…}: the files that players fetch, by range if they like, from pages of any origin.
 */
final class CdnHandler implements HttpHandler {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL = 206;
  private static final int NOT_MODIFIED = 304;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int PRECONDITION_FAILED = 412;
  private static final int UNSATISFIABLE = 416;
  private static final int NO_BODY = -1;

  /** A video's files never change, but it may be deleted, and then its caches should forget it. */
  private static final Duration CACHED_FOR = Duration.ofHours(1);

  /** No dots but the one before the ending: nothing can climb out of the folder. */
  private static final Pattern FILE =
      Pattern.compile(
          "/([0-9a-f-]{36})/(playlist\\.m3u8|thumbnail\\.jpg|original|(?:\\d{1,5}p|audio)/[a-z0-9]+\\.[a-z0-9]{3,4})");

  private static final Map<String, String> TYPES =
      Map.of(
          "m3u8", "application/vnd.apple.mpegurl",
          "m4s", "video/iso.segment",
          "mp4", "video/mp4",
          "jpg", "image/jpeg");

  private final VideoStore videos;
  private final Optional<String> tokenKey;
  private final InstantSource clock;

  CdnHandler(VideoStore videos, Optional<String> tokenKey, InstantSource clock) {
    this.videos = videos;
    this.tokenKey = tokenKey;
    this.clock = clock;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      allowAnyOrigin(exchange.getResponseHeaders());
      SignedPath path = SignedPath.parse(exchange.getRequestURI().getRawPath());
      switch (exchange.getRequestMethod()) {
        case "OPTIONS" -> exchange.sendResponseHeaders(NO_CONTENT, NO_BODY);
        case "GET", "HEAD" -> {
          if (tokenKey.isPresent() && !path.opens(tokenKey.get(), clock.instant())) {
            refuse(exchange, FORBIDDEN, "this address is not signed, or has expired");
          } else {
            Optional<Content> content = content(path.file());
            if (content.isPresent()) {
              try (Content found = content.get()) {
                headers(exchange.getResponseHeaders(), path);
                serve(exchange, path.file(), found);
              }
            } else {
              refuse(exchange, NOT_FOUND, "there is no such file");
            }
          }
        }
        default -> refuse(exchange, NOT_ALLOWED, "GET, HEAD or OPTIONS");
      }
    }
  }

  private Optional<Content> content(String path) throws IOException {
    Matcher matcher = FILE.matcher(path);
    if (!matcher.matches()
        || videos.find(matcher.group(1)).map(HostedVideo::status).orElse(VideoStatus.CREATED)
            != VideoStatus.FINISHED) {
      return Optional.empty();
    }
    String guid = matcher.group(1);
    Path file =
        switch (matcher.group(2)) {
          case "original" -> videos.original(guid);
          case "thumbnail.jpg" -> videos.thumbnail(guid);
          default -> videos.hls(guid).resolve(matcher.group(2));
        };
    return Files.isRegularFile(file) ? Optional.of(Content.of(file)) : Optional.empty();
  }

  /** A signed address is one viewer's, and no cache may serve it once it has expired. */
  private void headers(Headers headers, SignedPath path) {
    Instant now = clock.instant();
    Optional<Instant> expires = tokenKey.map(key -> Instant.ofEpochSecond(path.expires()));
    Duration left = expires.map(end -> Duration.between(now, end)).orElse(CACHED_FOR);
    Duration age = left.compareTo(CACHED_FOR) < 0 ? left : CACHED_FOR;
    headers.set(
        "Cache-Control",
        (expires.isPresent() ? "private" : "public") + ", max-age=" + Math.max(0, age.toSeconds()));
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", type(path.file()));
  }

  private static void serve(HttpExchange exchange, String path, Content content)
      throws IOException {
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

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
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

  private static void allowAnyOrigin(Headers headers) {
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
