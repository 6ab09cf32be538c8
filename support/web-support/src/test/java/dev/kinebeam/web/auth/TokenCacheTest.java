package dev.kinebeam.web.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Principal CALLER =
      new Principal(Role.PATIENT, Optional.of(UUID.randomUUID()), UUID.randomUUID());

  private final AtomicInteger checks = new AtomicInteger();

  private TokenCache expiringAt(Instant until) {
    return new TokenCache(
        token -> {
          checks.incrementAndGet();
          if (token.startsWith("bad")) {
            throw new AuthException("signature", "no");
          }
          return new TokenVerifier.Verified(CALLER, until);
        },
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void aTokenIsCheckedOnce() throws Exception {
    TokenCache tokens = expiringAt(NOW.plus(Duration.ofHours(1)));
    assertThat(tokens.verify("good")).isEqualTo(CALLER);
    assertThat(tokens.verify("good")).isEqualTo(CALLER);
    assertThat(checks).hasValue(1);
    tokens.verify("another");
    assertThat(checks).hasValue(2);
  }

  @Test
  void memoryEndsWithTheToken() throws Exception {
    TokenCache tokens = expiringAt(NOW);
    tokens.verify("good");
    tokens.verify("good");
    assertThat(checks).hasValue(2);
  }

  @Test
  void refusalsAreNotRemembered() {
    TokenCache tokens = expiringAt(NOW.plusSeconds(60));
    assertThatThrownBy(() -> tokens.verify("bad")).isInstanceOf(AuthException.class);
    assertThatThrownBy(() -> tokens.verify("bad")).isInstanceOf(AuthException.class);
    assertThat(checks).hasValue(2);
  }
}
