package dev.kinebeam.worker.webhooks;

import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.program.config.Environment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How webhooks are sent.
 *
 * @param secrets empty where this deployment sends none
 * @param development private addresses and plain http are allowed
 * @param timeout of one attempt, from its start to the receiver's status
 */
public record WebhookSettings(
    Optional<WebhookSecrets> secrets, boolean development, Duration timeout) {
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  /**
   * From {@code WEBHOOK_SECRET_KEY}.
   *
   * @throws IllegalArgumentException when the key is too short
   */
  public static WebhookSettings fromEnvironment(Map<String, String> env, boolean development) {
    return new WebhookSettings(
        Environment.of(env).optional(WebhookSecrets.KEY).map(WebhookSecrets::new),
        development,
        USUAL_TIMEOUT);
  }
}
