package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A console that orders a render and waits for it, over HTTP. */
final class ComposeClient {
  private static final int LONGEST_ANSWER = 8 << 20;

  private final URI gateway;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ComposeClient(URI gateway, String token) {
    this.gateway = gateway;
    this.token = token;
  }

  /**
   * Orders the render and asks until it is ready.
   *
   * @param fromCache whether the first answer was the render itself
   */
  record Answer(JsonNode render, boolean fromCache) {}

  /**
   * Orders {@code recipe} and waits for it.
   *
   * @throws IOException when it fails, or is not ready within {@code timeout}
   */
  Answer compose(Recipe recipe, Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean first = true;
    while (true) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(gateway.resolve("/v1/compose"))
                  .timeout(Duration.ofSeconds(40))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .header("Prefer", first ? "wait=0" : "wait=20")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(recipe.toJson())))
                  .build(),
              BoundedBody.text(LONGEST_ANSWER));
      JsonNode body = Json.MAPPER.readTree(answer.body());
      if (answer.statusCode() == 200) {
        return new Answer(body, first);
      }
      if (answer.statusCode() != 202) {
        throw new IOException("the gateway answered " + answer.statusCode() + ": " + answer.body());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the render is not ready after " + timeout.toSeconds() + " s: " + answer.body());
      }
      first = false;
    }
  }
}
