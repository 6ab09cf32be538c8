package dev.kinebeam.localstack.bunny;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.bunny.CollectionStore.HostedCollection;
import dev.kinebeam.localstack.standin.ApiFailure;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code /collections} and {@code /collections/{id}}. */
final class CollectionRoutes {
  private final long libraryId;
  private final CollectionStore collections;
  private final VideoFolders<HostedVideo> videos;

  CollectionRoutes(long libraryId, CollectionStore collections, VideoFolders<HostedVideo> videos) {
    this.libraryId = libraryId;
    this.collections = collections;
    this.videos = videos;
  }

  private record View(
      long videoLibraryId, String guid, String name, long videoCount, long totalSize) {}

  void handleAll(ApiCall call) throws ApiFailure, IOException {
    switch (call.method()) {
      case "GET" -> call.answer(list(call));
      case "POST" -> call.answer(view(collections.create(name(call.json()))));
      default -> throw new ApiFailure(ApiCall.NOT_ALLOWED, "GET or POST");
    }
  }

  void handleOne(ApiCall call, String guid) throws ApiFailure, IOException {
    switch (call.method()) {
      case "GET" -> call.answer(view(collections.find(guid).orElseThrow(() -> missing(guid))));
      case "POST" -> {
        require(collections.rename(guid, name(call.json())), guid);
        call.answerStatus(ApiCall.OK, "OK");
      }
      case "DELETE" -> {
        require(collections.delete(guid), guid);
        call.answerStatus(ApiCall.OK, "OK");
      }
      default -> throw new ApiFailure(ApiCall.NOT_ALLOWED, "GET, POST or DELETE");
    }
  }

  private ListPage<View> list(ApiCall call) throws ApiFailure {
    String search = call.parameter("search", "").toLowerCase(Locale.ROOT);
    List<HostedCollection> found =
        collections.all().stream()
            .filter(collection -> collection.name().toLowerCase(Locale.ROOT).contains(search))
            .toList();
    return ListPage.of(call, found).map(this::view);
  }

  private View view(HostedCollection collection) {
    List<HostedVideo> members =
        videos.all().stream()
            .filter(video -> video.collectionId().equals(collection.guid()))
            .toList();
    long bytes = members.stream().mapToLong(HostedVideo::storageBytes).sum();
    return new View(libraryId, collection.guid(), collection.name(), members.size(), bytes);
  }

  private static String name(JsonNode body) throws ApiFailure {
    String name = body.path("name").asText("");
    if (name.isBlank()) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, "name is required");
    }
    return name;
  }

  private static void require(boolean found, String guid) throws ApiFailure {
    if (!found) {
      throw missing(guid);
    }
  }

  private static ApiFailure missing(String guid) {
    return new ApiFailure(ApiCall.NOT_FOUND, "there is no collection " + guid);
  }
}
