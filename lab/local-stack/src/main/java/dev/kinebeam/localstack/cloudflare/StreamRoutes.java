package dev.kinebeam.localstack.cloudflare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kinebeam.localstack.cloudflare.StreamVideo.Source;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.HttpCall;
import dev.kinebeam.localstack.standin.JsonFiles;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The routes below {@code /accounts/{account}/stream}. */
final class StreamRoutes {
  private static final int MOST_LISTED = 1000;

  private final VideoFolders<StreamVideo> videos;
  private final Account account;
  private final VideoView view;
  private final Downloads downloads;
  private final Tus tus;
  private final InstantSource clock;

  StreamRoutes(
      VideoFolders<StreamVideo> videos,
      Account account,
      VideoView view,
      Downloads downloads,
      Tus tus,
      InstantSource clock) {
    this.videos = videos;
    this.account = account;
    this.view = view;
    this.downloads = downloads;
    this.tus = tus;
    this.clock = clock;
  }

  /**
   * Does what a call asks for.
   *
   * @param resource the path's parts after {@code stream}
   */
  Reply handle(HttpCall call, List<String> resource) throws ApiFailure, IOException {
    String what = resource.isEmpty() ? "" : resource.get(0);
    String asked = call.method() + " " + what;
    if (resource.size() > 1) {
      throw new ApiFailure(HttpCall.NOT_FOUND, "there is no such route");
    }
    return switch (asked) {
      case "GET " -> Reply.result(list(call));
      case "POST " -> upload(call);
      case "POST copy" -> Reply.result(view.of(copy(call.json())));
      case "POST keys" -> Reply.result(account.createKey());
      case "PUT webhook" -> Reply.result(subscribe(call.json()));
      default -> one(call, what);
    };
  }

  private Reply one(HttpCall call, String uid) throws ApiFailure, IOException {
    StreamVideo video = videos.find(uid).orElseThrow(() -> missing(uid));
    switch (call.method()) {
      case "GET" -> {
        return Reply.result(view.of(video));
      }
      case "DELETE" -> {
        if (!videos.delete(uid)) {
          throw missing(uid);
        }
        return Reply.empty(HttpCall.OK, Map.of());
      }
      default -> throw new ApiFailure(HttpCall.NOT_ALLOWED, "GET or DELETE");
    }
  }

  private Reply upload(HttpCall call) throws ApiFailure, IOException {
    if (call.header(Tus.VERSION_HEADER).isEmpty()) {
      throw new ApiFailure(
          HttpCall.BAD_REQUEST, "this stand-in takes uploads by tus only, not by form");
    }
    return tus.create(call);
  }

  private StreamVideo copy(JsonNode body) throws ApiFailure {
    String input = body.path("input").asText(body.path("url").asText(""));
    if (!input.matches("https?://.+")) {
      throw new ApiFailure(HttpCall.BAD_REQUEST, "input is not an address of http: " + input);
    }
    Map<String, String> meta = new LinkedHashMap<>();
    body.path("meta")
        .properties()
        .forEach(entry -> meta.put(entry.getKey(), entry.getValue().asText()));
    Source source =
        new Source(
            meta,
            body.path("creator").asText(""),
            body.path("requireSignedURLs").asBoolean(false),
            input,
            0);
    StreamVideo video = StreamVideo.announced(Account.randomId(), source, clock.millis());
    videos.add(video);
    downloads.enqueue(video);
    return video;
  }

  private JsonNode subscribe(JsonNode body) throws ApiFailure, IOException {
    String address = body.path("notificationUrl").asText("");
    if (!address.matches("https?://.+")) {
      throw new ApiFailure(HttpCall.BAD_REQUEST, "notificationUrl is not an address of http");
    }
    Account.Webhook webhook = account.subscribe(address);
    return JsonFiles.MAPPER
        .createObjectNode()
        .put("notificationUrl", webhook.address())
        .put("modified", clock.instant().toString())
        .put("secret", webhook.secret());
  }

  /** The newest first; a search finds parts of names. */
  private ArrayNode list(HttpCall call) throws ApiFailure {
    String search = call.parameter("search", "").toLowerCase(Locale.ROOT);
    String creator = call.parameter("creator", "");
    long before = before(call.parameter("before", ""));
    ArrayNode list = JsonFiles.MAPPER.createArrayNode();
    videos.all().stream()
        .filter(video -> video.name().toLowerCase(Locale.ROOT).contains(search))
        .filter(video -> creator.isEmpty() || video.source().creator().equals(creator))
        .filter(video -> video.createdMs() < before)
        .sorted(Comparator.comparing(StreamVideo::createdMs).reversed())
        .limit(MOST_LISTED)
        .map(view::of)
        .forEach(list::add);
    return list;
  }

  private static long before(String time) throws ApiFailure {
    try {
      return time.isEmpty() ? Long.MAX_VALUE : Instant.parse(time).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new ApiFailure(HttpCall.BAD_REQUEST, "before is not a time: " + time);
    }
  }

  private static ApiFailure missing(String uid) {
    return new ApiFailure(HttpCall.NOT_FOUND, "there is no video " + uid);
  }
}
