package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackTokenTest {
  private static final Instant EXPIRES = Instant.ofEpochSecond(1_767_225_600);
  private static final PlaybackToken TOKEN =
      new PlaybackToken(UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"), EXPIRES);

  /** Made with {@code openssl dgst -sha256 -hmac token-key -binary | basenc --base64url}. */
  private static final String SIGNED =
      "1767225600-0f8fad5bd9cb469fa16570867728950e-eB3sSc1ox2IAnFs8DTSudF1gF87O3BRTtIKVdr5oRYg";

  private static final String SIGNATURE_OF_ORIGINAL = "2X3w4bohznNNPDp3TWaD0mx35wb2ecKStp3Z-FcUZd4";

  @Test
  void aTokenSaysWhatItOpensAndUntilWhen() {
    assertThat(TOKEN.signed("token-key")).isEqualTo(SIGNED);
    assertThat(PlaybackToken.read("token-key", SIGNED)).hasValue(TOKEN);
    assertThat(TOKEN.isValidAt(EXPIRES.minusMillis(1))).isTrue();
    assertThat(TOKEN.isValidAt(EXPIRES)).isFalse();
  }

  @Test
  void onlyATokenThatSaysSoOpensTheFile() {
    String signed = "1767225600-0f8fad5bd9cb469fa16570867728950e-original-%s";
    PlaybackToken original = new PlaybackToken(TOKEN.video(), EXPIRES, true);
    assertThat(TOKEN.original()).isFalse();
    assertThat(original.signed("token-key")).isEqualTo(signed.formatted(SIGNATURE_OF_ORIGINAL));
    assertThat(PlaybackToken.read("token-key", original.signed("token-key"))).hasValue(original);
    String ofPlaying = SIGNED.substring(SIGNED.length() - 43);
    assertThat(PlaybackToken.read("token-key", signed.formatted(ofPlaying))).isEmpty();
    assertThat(
            PlaybackToken.read("token-key", original.signed("token-key").replace("-original", "")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1767225600",
        "1767225601-0f8fad5bd9cb469fa16570867728950e-eB3sSc1ox2IAnFs8DTSudF1gF87O3BRTtIKVdr5oRYg",
        "1767225600-0f8fad5bd9cb469fa16570867728950f-eB3sSc1ox2IAnFs8DTSudF1gF87O3BRTtIKVdr5oRYg",
        "1767225600-0f8fad5bd9cb469fa16570867728950e-",
        "1767225600-0f8fad5bd9cb469fa16570867728950e-eB3sSc1ox2IAnFs8DTSudF1gF87O3BRTtIKVdr5oRYgx"
      })
  void whatWasChangedIsNoToken(String token) {
    assertThat(PlaybackToken.read("token-key", token)).isEmpty();
    assertThat(PlaybackToken.read("another-key", SIGNED)).isEmpty();
  }
}
