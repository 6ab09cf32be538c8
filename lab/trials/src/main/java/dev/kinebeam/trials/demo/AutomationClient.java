package dev.kinebeam.trials.demo;

import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * A clinic's administrator, who acts on automations over HTTP.
 *
 * @param coreApi as the administrator
 */
record AutomationClient(ApiCaller coreApi) {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /**
   * Snoozes the automation.
   *
   * @throws IOException when the Core API does not answer 200
   */
  void snooze(UUID automationId, Duration time) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        coreApi.post(
            "/v1/automations/" + automationId + "/snooze",
            Map.of("minutes", time.toMinutes()),
            Map.of(),
            TIMEOUT);
    if (answer.statusCode() != 200) {
      throw new IOException(
          "snoozing the automation %s: the Core API answered %d: %s"
              .formatted(automationId, answer.statusCode(), answer.body()));
    }
  }
}
