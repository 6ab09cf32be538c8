package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.JsonFiles;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** {@code /videos}, {@code /videos/fetch} and {@code /videos/{guid}}. */
final class VideoRoutes {
  private final long libraryId;
  private final VideoFolders<HostedVideo> videos;
  private final CollectionStore collections;
  private final Uploads uploads;
  private final InstantSource clock;

  VideoRoutes(
      long libraryId,
      VideoFolders<HostedVideo> videos,
      CollectionStore collections,
      Uploads uploads,
      InstantSource clock) {
    this.libraryId = libraryId;
    this.videos = videos;
    this.collections = collections;
    this.uploads = uploads;
    this.clock = clock;
  }

  void handleAll(ApiCall call) throws ApiFailure, IOException {
    switch (call.method()) {
      case "GET" -> call.answer(list(call));
      case "POST" -> call.answer(view(create(call.json())));
      default -> throw new ApiFailure(ApiCall.NOT_ALLOWED, "GET or POST");
    }
  }

  void handleOne(ApiCall call, String guid) throws ApiFailure, IOException {
    if (guid.equals("fetch") && call.method().equals("POST")) {
      fetch(call);
      return;
    }
    switch (call.method()) {
      case "GET" -> call.answer(view(known(guid)));
      case "PUT" -> {
        uploads.receive(call, known(guid));
        call.answerStatus(ApiCall.OK, "OK");
      }
      case "POST" -> {
        update(known(guid), call.json());
        call.answerStatus(ApiCall.OK, "OK");
      }
      case "DELETE" -> {
        if (!videos.delete(guid)) {
          throw missing(guid);
        }
        call.answerStatus(ApiCall.OK, "OK");
      }
      default -> throw new ApiFailure(ApiCall.NOT_ALLOWED, "GET, PUT, POST or DELETE");
    }
  }

  private HostedVideo create(JsonNode body) throws ApiFailure {
    String title = body.path("title").asText("");
    if (title.isBlank()) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, "title is required");
    }
    return announce(
        title, body.path("collectionId").asText(""), body.path("thumbnailTime").asLong(0));
  }

  private HostedVideo announce(String title, String collectionId, long thumbnailTimeMs)
      throws ApiFailure {
    requireCollection(collectionId);
    HostedVideo video =
        HostedVideo.announced(
            UUID.randomUUID().toString(), title, collectionId, thumbnailTimeMs, clock.millis());
    videos.add(video);
    return video;
  }

  /** The real service answers without the new video's id; so do we. */
  private void fetch(ApiCall call) throws ApiFailure, IOException {
    JsonNode body = call.json();
    String url = body.path("url").asText("");
    if (url.isBlank()) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, "url is required");
    }
    String title = body.path("title").asText(url.substring(url.lastIndexOf('/') + 1));
    HostedVideo video =
        announce(
            title, call.parameter("collectionId", ""), call.number("thumbnailTime", 0, 0, 1 << 30));
    try {
      uploads.fetch(video, url, body.path("headers"));
    } catch (ApiFailure failed) {
      videos.delete(video.guid());
      throw failed;
    }
    call.answerStatus(ApiCall.OK, "OK");
  }

  private void update(HostedVideo video, JsonNode body) throws ApiFailure {
    String title = body.path("title").asText(video.title());
    String collectionId = body.path("collectionId").asText(video.collectionId());
    requireCollection(collectionId);
    videos.change(video.guid(), v -> v.renamed(title, collectionId));
  }

  private ListPage<ObjectNode> list(ApiCall call) throws ApiFailure {
    String search = call.parameter("search", "").toLowerCase(Locale.ROOT);
    String collection = call.parameter("collection", "");
    List<HostedVideo> found =
        videos.all().stream()
            .filter(video -> video.title().toLowerCase(Locale.ROOT).contains(search))
            .filter(video -> collection.isEmpty() || video.collectionId().equals(collection))
            .sorted(order(call.parameter("orderBy", "date")))
            .toList();
    return ListPage.of(call, found).map(this::view);
  }

  private static Comparator<HostedVideo> order(String by) throws ApiFailure {
    return switch (by) {
      // The newest first.
      case "date" -> Comparator.comparing(HostedVideo::createdMs).reversed();
      case "title" -> Comparator.comparing(HostedVideo::title);
      default -> throw new ApiFailure(ApiCall.BAD_REQUEST, "orderBy is date or title");
    };
  }

  private ObjectNode view(HostedVideo video) {
    boolean playable = video.status() == VideoStatus.FINISHED;
    ObjectNode view = JsonFiles.MAPPER.createObjectNode();
    view.put("videoLibraryId", libraryId)
        .put("guid", video.guid())
        .put("title", video.title())
        .put(
            "dateUploaded",
            Instant.ofEpochMilli(video.createdMs())
                .atOffset(ZoneOffset.UTC)
                .toLocalDateTime()
                .toString())
        .put("views", 0)
        .put("isPublic", false)
        .put("length", Math.round(video.picture().seconds()))
        .put("status", video.status().code())
        .put("framerate", video.picture().framesPerSecond())
        .put("width", video.picture().width())
        .put("height", video.picture().height())
        .put("availableResolutions", playable ? video.picture().height() + "p" : null)
        .put("encodeProgress", video.percent())
        .put("storageSize", video.storageBytes())
        .put("hasMP4Fallback", false)
        .put("collectionId", video.collectionId())
        .put("thumbnailFileName", "thumbnail.jpg");
    if (!video.failure().isEmpty()) {
      view.putArray("transcodingMessages").addObject().put("message", video.failure());
    }
    return view;
  }

  private void requireCollection(String id) throws ApiFailure {
    if (!id.isEmpty() && collections.find(id).isEmpty()) {
      throw new ApiFailure(ApiCall.NOT_FOUND, "there is no collection " + id);
    }
  }

  private HostedVideo known(String guid) throws ApiFailure {
    return videos.find(guid).orElseThrow(() -> missing(guid));
  }

  private static ApiFailure missing(String guid) {
    return new ApiFailure(ApiCall.NOT_FOUND, "there is no video " + guid);
  }
}
