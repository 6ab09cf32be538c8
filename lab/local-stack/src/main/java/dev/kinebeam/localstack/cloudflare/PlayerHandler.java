package dev.kinebeam.localstack.cloudflare;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.kinebeam.localstack.cloudflare.Account.Opened;
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

/** {@code /{uid or token}/…}: the files that players fetch. */
final class PlayerHandler implements HttpHandler {
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int NO_BODY = -1;

  /** No dots but the one before the ending: nothing can climb out of the folder. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "/([A-Za-z0-9_.-]+)/(thumbnails/thumbnail\\.jpg|manifest/(video\\.m3u8|\\d{1,5}p/[a-z0-9]+\\.[a-z0-9]{3,4}))");

  private final VideoFolders<StreamVideo> videos;
  private final Account account;
  private final InstantSource clock;

  PlayerHandler(VideoFolders<StreamVideo> videos, Account account, InstantSource clock) {
    this.videos = videos;
    this.account = account;
    this.clock = clock;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      PlayerAnswers.allowAnyOrigin(exchange.getResponseHeaders());
      switch (exchange.getRequestMethod()) {
        case "OPTIONS" -> exchange.sendResponseHeaders(NO_CONTENT, NO_BODY);
        case "GET", "HEAD" -> serve(exchange);
        default -> PlayerAnswers.refuse(exchange, NOT_ALLOWED, "GET, HEAD or OPTIONS");
      }
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    Matcher address = ADDRESS.matcher(exchange.getRequestURI().getRawPath());
    if (!address.matches()) {
      PlayerAnswers.refuse(exchange, NOT_FOUND, "there is no such file");
      return;
    }
    String given = address.group(1);
    Instant now = clock.instant();
    Optional<Opened> token = given.contains(".") ? account.opened(given, now) : Optional.empty();
    String uid = token.map(Opened::uid).orElse(given);
    Optional<StreamVideo> video = videos.find(uid);
    if (token.isEmpty() && (given.contains(".") || video.map(this::isSigned).orElse(false))) {
      PlayerAnswers.refuse(exchange, UNAUTHORIZED, "this address is not signed, or has expired");
      return;
    }
    Optional<Path> file =
        video.filter(found -> found.state() == State.READY).map(found -> file(uid, address));
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      PlayerAnswers.refuse(exchange, NOT_FOUND, "there is no such file");
      return;
    }
    try (Content content = Content.of(file.get())) {
      PlayerAnswers.headers(
          exchange.getResponseHeaders(), address.group(2), token.map(Opened::expires), now);
      PlayerAnswers.serve(exchange, uid + address.group(2), content);
    }
  }

  private boolean isSigned(StreamVideo video) {
    return video.source().signed();
  }

  private Path file(String uid, Matcher address) {
    String ofManifest = address.group(3);
    if (ofManifest == null) {
      return videos.thumbnail(uid);
    }
    return videos.hls(uid).resolve(ofManifest.equals("video.m3u8") ? "playlist.m3u8" : ofManifest);
  }
}
