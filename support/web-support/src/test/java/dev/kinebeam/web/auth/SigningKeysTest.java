package dev.kinebeam.web.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
  private final Hand hand = new Hand();
  private final SigningKeys keys = new SigningKeys(this::fetch, hand);
  private String published;
  private boolean away;
  private int fetches;

  private static final class Hand extends Clock {
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("one zone is enough");
    }
  }

  @BeforeEach
  void publishFirst() throws Exception {
    publish("first");
  }

  private void publish(String kid) throws Exception {
    published =
        new JWKSet(new ECKeyGenerator(Curve.P_256).keyID(kid).generate().toPublicJWK()).toString();
  }

  private String fetch() throws IOException {
    fetches++;
    if (away) {
      throw new IOException("no route");
    }
    return published;
  }

  private boolean knows(String kid) throws KeySourceException {
    return !keys.get(new JWKSelector(new JWKMatcher.Builder().keyID(kid).build()), null).isEmpty();
  }

  private void pass(Duration time) {
    hand.now = hand.now.plus(time);
  }

  @Test
  void aSetIsFetchedOnceWhileItIsFresh() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertThat(knows("first")).isTrue();
    }
    assertThat(fetches).isEqualTo(1);
    pass(SigningKeys.FRESH);
    assertThat(knows("first")).isTrue();
    assertThat(fetches).isEqualTo(2);
  }

  @Test
  void unknownNamesDoNotCauseAFetchAtEveryRequest() throws Exception {
    knows("first");
    for (int i = 0; i < 100; i++) {
      assertThat(knows("invented " + i)).isFalse();
      pass(Duration.ofSeconds(1));
    }
    assertThat(fetches).isBetween(9, 11);
  }

  @Test
  void aNewKeyIsFoundWithoutWaitingForTheOldSetToAge() throws Exception {
    knows("first");
    publish("second");
    assertThat(knows("second")).isFalse();
    pass(SigningKeys.BETWEEN_FETCHES);
    assertThat(knows("second")).isTrue();
    assertThat(knows("first")).isFalse();
  }

  /** Also after other callers have used up the fetches, and while the issuer is unavailable. */
  @Test
  void knownKeysCountWhileTheSetCannotBeFetched() throws Exception {
    knows("first");
    away = true;
    pass(SigningKeys.FRESH.plusSeconds(1));
    assertThat(knows("invented")).isFalse();
    assertThat(knows("first")).isTrue();
    pass(SigningKeys.USABLE);
    assertThatThrownBy(() -> knows("first")).isInstanceOf(KeySourceException.class);
    away = false;
    pass(SigningKeys.BETWEEN_FETCHES);
    assertThat(knows("first")).isTrue();
  }

  @Test
  void withoutAnyKeyTokensCannotBeJudged() throws Exception {
    away = true;
    for (String kid : List.of("first", "invented", "first")) {
      assertThatThrownBy(() -> knows(kid)).isInstanceOf(KeySourceException.class);
    }
    assertThat(fetches).isEqualTo(1);
    away = false;
    pass(SigningKeys.BETWEEN_FIRST_FETCHES);
    assertThat(knows("first")).isTrue();
  }

  @Test
  void aKeyThatIsNoLongerPublishedIsForgotten() throws Exception {
    knows("first");
    published = "{\"keys\":[]}";
    pass(SigningKeys.FRESH);
    assertThat(knows("first")).isFalse();
  }
}
