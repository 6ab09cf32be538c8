package dev.kinebeam.localstack.videohost;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.localstack.videohost.ByteRange.Wanted;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /{guid}/…}: the files that players fetch, by range if they like, from pages of any origin.
 */
final class CdnHandler implements HttpHandler {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int PARTIAL = 206;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int UNSATISFIABLE = 416;
  private static final int NO_BODY = -1;

  /** No dots but the one before the ending: nothing can climb out of the folder. */
  private static final Pattern FILE =
      Pattern.compile(
          "/([0-9a-f-]{36})/(playlist\\.m3u8|thumbnail\\.jpg|original|\\d{1,5}p/[a-z0-9]+\\.[a-z0-9]{3,4})");

  private static final Map<String, String> TYPES =
      Map.of(
          "m3u8", "application/vnd.apple.mpegurl",
          "m4s", "video/iso.segment",
          "mp4", "video/mp4",
          "jpg", "image/jpeg");

  private final VideoShelf videos;
  private final Optional<String> tokenKey;
  private final InstantSource clock;

  CdnHandler(VideoShelf videos, Optional<String> tokenKey, InstantSource clock) {
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
            Optional<Path> file = file(path.file());
            if (file.isPresent()) {
              serve(exchange, file.get());
            } else {
              refuse(exchange, NOT_FOUND, "there is no such file");
            }
          }
        }
        default -> refuse(exchange, NOT_ALLOWED, "GET, HEAD or OPTIONS");
      }
    }
  }

  private Optional<Path> file(String path) {
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
    return Optional.of(file).filter(Files::isRegularFile);
  }

  private static void serve(HttpExchange exchange, Path file) throws IOException {
    long size = Files.size(file);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Type", type(file));
    Optional<String> asked = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
    Wanted wanted = ByteRange.of(asked, size);
    if (wanted instanceof Wanted.Part part) {
      headers.set(
          "Content-Range",
          "bytes " + part.range().first() + "-" + part.range().last() + "/" + size);
      send(exchange, PARTIAL, file, part.range());
    } else if (wanted instanceof Wanted.Whole) {
      send(exchange, OK, file, new ByteRange(0, size - 1));
    } else {
      headers.set("Content-Range", "bytes */" + size);
      refuse(exchange, UNSATISFIABLE, "the file has " + size + " bytes");
    }
  }

  private static void send(HttpExchange exchange, int status, Path file, ByteRange range)
      throws IOException {
    if (exchange.getRequestMethod().equals("HEAD") || range.length() == 0) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(range.length()));
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    exchange.sendResponseHeaders(status, range.length());
    try (FileChannel source = FileChannel.open(file);
        OutputStream body = exchange.getResponseBody()) {
      var target = Channels.newChannel(body);
      long sent = 0;
      while (sent < range.length()) {
        long count = source.transferTo(range.first() + sent, range.length() - sent, target);
        if (count <= 0) {
          throw new IOException(file + " became shorter while it was sent");
        }
        sent += count;
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
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
    headers.set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    headers.set("Access-Control-Allow-Headers", "Range");
    headers.set("Access-Control-Expose-Headers", "Content-Length, Content-Range, Accept-Ranges");
  }

  private static String type(Path file) {
    String name = file.getFileName().toString();
    return TYPES.getOrDefault(
        name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
  }
}
