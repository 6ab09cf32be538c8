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
import java.util.UUID;

/** A clinic's administrator, who acts on automations over HTTP. */
final class AutomationClient {
  private static final int LONGEST_ANSWER = 8 << 20;

  private final URI gateway;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  AutomationClient(URI gateway, String token) {
    this.gateway = gateway;
    this.token = token;
  }

  /**
   * Snoozes the automation.
   *
   * @throws IOException when the gateway does not answer 200
   */
  void snooze(UUID automationId, Duration time) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(gateway.resolve("/v1/automations/" + automationId + "/snooze"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Json.bytes(Map.of("minutes", time.toMinutes()))))
                .build(),
            BoundedBody.text(LONGEST_ANSWER));
    if (answer.statusCode() != 200) {
      throw new IOException(
          "snoozing the automation %s: the gateway answered %d: %s"
              .formatted(automationId, answer.statusCode(), answer.body()));
    }
  }
}
