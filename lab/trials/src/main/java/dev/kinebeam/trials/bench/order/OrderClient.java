package dev.kinebeam.trials.bench.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Orders renders as a page does, and waits for each. */
final class OrderClient {
  private static final int LONGEST_ANSWER = 8 << 20;

  private final URI gateway;
  private final String token;
  private final Daemon job;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * A client.
   *
   * @param job without which no order is served
   */
  OrderClient(URI gateway, String token, Daemon job) {
    this.gateway = gateway;
    this.token = token;
    this.job = job;
  }

  /**
   * A render that is ready.
   *
   * @param asked when the order was sent, by this machine's clock
   * @param milliseconds from the order to the answer that it is ready
   * @param seconds its length
   */
  record Ordered(
      Recipe recipe,
      UUID renderId,
      URI playback,
      Instant asked,
      double milliseconds,
      double seconds) {}

  /**
   * Orders a render that there is not yet.
   *
   * @throws IOException when it fails, or is not ready within {@code atMost}
   */
  Ordered order(Recipe recipe, Duration atMost) throws IOException, InterruptedException {
    byte[] body = Json.bytes(recipe.toJson());
    Instant asked = Instant.now();
    long begin = System.nanoTime();
    HttpResponse<String> answer = post(body);
    while (answer.statusCode() == 202 && System.nanoTime() - begin < atMost.toNanos()) {
      if (!job.isAlive()) {
        throw new IOException("the render job has ended; " + job.lastWords());
      }
      answer = post(body);
    }
    double milliseconds = (System.nanoTime() - begin) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IOException(
          "the order was answered by %d after %.0f ms: %s"
              .formatted(answer.statusCode(), milliseconds, answer.body()));
    }
    JsonNode render = Json.MAPPER.readTree(answer.body());
    return new Ordered(
        recipe,
        UUID.fromString(render.path("render_id").textValue()),
        URI.create(render.path("playback_hls_url").textValue()),
        asked,
        milliseconds,
        render.path("duration_seconds").doubleValue());
  }

  private HttpResponse<String> post(byte[] body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(gateway.resolve("/v1/compose"))
            .timeout(Duration.ofSeconds(40))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        BoundedBody.text(LONGEST_ANSWER));
  }
}
