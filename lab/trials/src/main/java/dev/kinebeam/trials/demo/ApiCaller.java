package dev.kinebeam.trials.demo;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Posts JSON to one of the servers, with the token of one caller. */
final class ApiCaller {
  private static final int LONGEST_ANSWER = 8 << 20;

  private final URI server;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ApiCaller(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /**
   * The answer to {@code body}, whatever its status.
   *
   * @param headers beside the token's and the content's
   * @throws IOException when there is none within {@code timeout}
   */
  HttpResponse<String> post(String path, Object body, Map<String, String> headers, Duration timeout)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(timeout)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    headers.forEach(request::header);
    return http.send(request.build(), BoundedBody.text(LONGEST_ANSWER));
  }
}
