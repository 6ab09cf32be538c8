package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Masked;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets by which receivers of webhooks know that a message is ours: each is derived from one
 * key and the subscription's id (HMAC-SHA256), so that none is stored. Another key gives every
 * subscription another secret.
 */
public final class WebhookSecrets {
  /** The environment's name of the key. */
  public static final String KEY = "WEBHOOK_SECRET_KEY";

  private static final int SHORTEST = 32;
  private static final String HMAC = "HmacSHA256";

  private final byte[] key;

  /**
   * Secrets of this key.
   *
   * @throws IllegalArgumentException when it is shorter than 32 characters
   */
  public WebhookSecrets(String key) {
    if (key.length() < SHORTEST) {
      throw new IllegalArgumentException(
          KEY
              + " has "
              + key.length()
              + " characters; it must have 32 or more: openssl rand -base64 48");
    }
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  /** The secret of a subscription. */
  public byte[] of(UUID subscriptionId) {
    return sign(key, subscriptionId.toString());
  }

  /** The secret of a subscription, as receivers enter it: {@code whsec_} and Base64. */
  public String text(UUID subscriptionId) {
    return "whsec_" + Base64.getEncoder().encodeToString(of(subscriptionId));
  }

  /**
   * The value of the header {@code webhook-signature} as the Standard Webhooks specification has
   * it: HMAC-SHA256 over {@code ID.SECONDS.BODY}.
   */
  public String signature(UUID subscriptionId, UUID messageId, long seconds, String body) {
    return "v1,"
        + Base64.getEncoder()
            .encodeToString(sign(of(subscriptionId), messageId + "." + seconds + "." + body));
  }

  private static byte[] sign(byte[] with, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(with, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  @Override
  public String toString() {
    return "WebhookSecrets[key=" + Masked.SECRET + "]";
  }
}
