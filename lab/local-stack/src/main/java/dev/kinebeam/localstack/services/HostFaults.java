package dev.kinebeam.localstack.services;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** Orders misbehaviour of the local video host: {@code POST /library/{id}/faults}. */
public record HostFaults(VideoHostAccess host) {
  private static final int OK = 200;
  private static final int LONGEST_ANSWER = 1 << 16;

  /**
   * Replaces the order before.
   *
   * @param faults how often each of failCalls, failUploads, loseUploads, neverFinish, lie, flood
   *     and malformed is to happen; none of those that are left out
   */
  public void order(Map<String, Integer> faults) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(host.baseUrl() + "/library/" + host.libraryId() + "/faults"))
            .header("AccessKey", host.apiKey())
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(faults)))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, BoundedBody.text(LONGEST_ANSWER));
    if (answer.statusCode() != OK) {
      throw new IOException(
          "the video host takes no faults: " + answer.statusCode() + " " + answer.body());
    }
  }
}
