package dev.kinebeam.web.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Verifies a token once and believes it for a minute, or until it expires if that is sooner. A
 * player sends the same token with every batch, and checking a signature costs as much as parsing
 * the batch. What the issuer revokes (a key removed from its set) takes effect within that minute
 * and the key set's own time. Refusals are not remembered. Only hashes of tokens are kept.
 * Thread-safe.
 */
final class TokenCache {
  static final Duration MEMORY = Duration.ofSeconds(60);
  private static final int MAX_TOKENS = 20_000;

  private final Verifier verifier;
  private final Clock clock;
  private final Cache<ByteBuffer, TokenVerifier.Verified> known =
      Caffeine.newBuilder().maximumSize(MAX_TOKENS).expireAfterWrite(MEMORY).build();

  /** Checks a token from the ground up. */
  @FunctionalInterface
  interface Verifier {
    TokenVerifier.Verified verify(String token) throws AuthException, KeysUnavailableException;
  }

  TokenCache(Verifier verifier, Clock clock) {
    this.verifier = verifier;
    this.clock = clock;
  }

  /**
   * Who presents {@code token}.
   *
   * @throws AuthException when it cannot be believed
   * @throws KeysUnavailableException when it is not known and the keys cannot be fetched
   */
  Principal verify(String token) throws AuthException, KeysUnavailableException {
    ByteBuffer key = hash(token);
    TokenVerifier.Verified found = known.getIfPresent(key);
    Instant now = clock.instant();
    if (found == null || !now.isBefore(found.until())) {
      found = verifier.verify(token);
      known.put(key, found);
    }
    return found.principal();
  }

  private static ByteBuffer hash(String token) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
