package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.localstack.standin.Content;
import dev.kinebeam.localstack.standin.PlayerAnswers;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /{guid}/…}: the files that players fetch, by range if they like, from pages of any origin.
 */
final class CdnHandler implements HttpHandler {
  private static final int NO_CONTENT = 204;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int NO_BODY = -1;

  /** No dots but the one before the ending: nothing can climb out of the folder. */
  private static final Pattern FILE =
      Pattern.compile(
          "/([0-9a-f-]{36})/(playlist\\.m3u8|thumbnail\\.jpg|original|(?:\\d{1,5}p|audio)/[a-z0-9]+\\.[a-z0-9]{3,4})");

  private final VideoFolders<HostedVideo> videos;
  private final Optional<String> tokenKey;
  private final InstantSource clock;

  CdnHandler(VideoFolders<HostedVideo> videos, Optional<String> tokenKey, InstantSource clock) {
    this.videos = videos;
    this.tokenKey = tokenKey;
    this.clock = clock;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      PlayerAnswers.allowAnyOrigin(exchange.getResponseHeaders());
      SignedPath path = SignedPath.parse(exchange.getRequestURI().getRawPath());
      switch (exchange.getRequestMethod()) {
        case "OPTIONS" -> exchange.sendResponseHeaders(NO_CONTENT, NO_BODY);
        case "GET", "HEAD" -> {
          if (tokenKey.isPresent() && !path.opens(tokenKey.get(), clock.instant())) {
            PlayerAnswers.refuse(exchange, FORBIDDEN, "this address is not signed, or has expired");
          } else {
            Optional<Content> content = content(path.file());
            if (content.isPresent()) {
              try (Content found = content.get()) {
                PlayerAnswers.headers(
                    exchange.getResponseHeaders(), path.file(), expires(path), clock.instant());
                PlayerAnswers.serve(exchange, path.file(), found);
              }
            } else {
              PlayerAnswers.refuse(exchange, NOT_FOUND, "there is no such file");
            }
          }
        }
        default -> PlayerAnswers.refuse(exchange, NOT_ALLOWED, "GET, HEAD or OPTIONS");
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

  private Optional<Instant> expires(SignedPath path) {
    return tokenKey.map(key -> Instant.ofEpochSecond(path.expires()));
  }
}
