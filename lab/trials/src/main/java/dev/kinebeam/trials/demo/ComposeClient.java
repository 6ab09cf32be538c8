package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * A console that orders a render and waits for it, over HTTP.
 *
 * @param gateway as the console
 */
record ComposeClient(ApiCaller gateway) {
  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  /**
   * A render that is ready.
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
      Map<String, String> wait = Map.of("Prefer", first ? "wait=0" : "wait=20");
      HttpResponse<String> answer = gateway.post("/v1/compose", recipe.toJson(), wait, TIMEOUT);
      if (answer.statusCode() == 200) {
        return new Answer(Json.MAPPER.readTree(answer.body()), first);
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
