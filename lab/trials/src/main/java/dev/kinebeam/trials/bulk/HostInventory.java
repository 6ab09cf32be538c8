package dev.kinebeam.trials.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Every video that the host holds. The host takes a file once for each video, so a video is an
 * upload.
 */
record HostInventory(List<Video> videos) {
  private static final int LONGEST_ANSWER = 8 << 20;

  private static final int PER_PAGE = 100;
  private static final int PLAYABLE = 4;

  /** A video by its id and title. */
  record Video(String id, String title, boolean playable) {}

  static HostInventory of(VideoHostAccess host) throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    List<Video> videos = new ArrayList<>();
    HttpClient http = HttpClient.newHttpClient();
    for (int page = 1; ; page++) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(
                      host.baseUrl()
                          + "/library/"
                          + host.libraryId()
                          + "/videos?itemsPerPage="
                          + PER_PAGE
                          + "&page="
                          + page))
              .header("AccessKey", host.apiKey())
              .build();
      JsonNode answer = json.readTree(http.send(request, BoundedBody.bytes(LONGEST_ANSWER)).body());
      for (JsonNode item : answer.path("items")) {
        videos.add(
            new Video(
                item.path("guid").asText(),
                item.path("title").asText(),
                item.path("status").asInt() == PLAYABLE));
      }
      if (page * PER_PAGE >= answer.path("totalItems").asInt()) {
        return new HostInventory(List.copyOf(videos));
      }
    }
  }

  /** Titles that more than one video has. */
  long doubles() {
    return videos.size() - videos.stream().map(Video::title).distinct().count();
  }
}
