package dev.kinebeam.catalog.credentials;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.credentials.ProviderKeys.Sealed;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderKeysTest {
  private static final String FIRST = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String SECOND = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
  private static final ProviderSecret TOKEN = ProviderSecret.CLOUDFLARE_API_TOKEN;

  @Test
  void whatIsSealedIsReadWithTheSameKeyOnly() {
    ProviderKeys keys = ProviderKeys.of(FIRST);
    Sealed sealed = keys.seal(TOKEN, "a token");
    assertThat(keys.open(TOKEN, sealed)).isEqualTo("a token");
    assertThat(sealed.sealed()).isNotEqualTo(keys.seal(TOKEN, "a token").sealed());
    assertThat(new String(Base64.getDecoder().decode(sealed.sealed()), ISO_8859_1))
        .doesNotContain("token");
    assertThatThrownBy(() -> ProviderKeys.of(SECOND).open(TOKEN, sealed))
        .isInstanceOf(UnreadableSecretException.class)
        .hasMessageContainingAll(
            "api_token", "cloudflare_stream", "KINEBEAM_PROVIDERS_KEY", sealed.keyId());
  }

  @Test
  void aNewKeyComesFirstAndTheOldOneStillReads() {
    Sealed before = ProviderKeys.of(FIRST).seal(TOKEN, "a token");
    ProviderKeys both = ProviderKeys.of(SECOND + ", " + FIRST);
    assertThat(both.open(TOKEN, before)).isEqualTo("a token");
    assertThat(both.seal(TOKEN, "a token").keyId())
        .isEqualTo(ProviderKeys.of(SECOND).ids().get(0))
        .isNotEqualTo(before.keyId());
  }

  @Test
  void aSecretIsOfNoUseInThePlaceOfAnother() {
    ProviderKeys keys = ProviderKeys.of(FIRST);
    Sealed sealed = keys.seal(ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET, "a secret");
    assertThatThrownBy(() -> keys.open(ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS, sealed))
        .isInstanceOf(UnreadableSecretException.class);
    assertThatThrownBy(() -> keys.open(ProviderSecret.BUNNY_READ_ONLY_KEY, sealed))
        .isInstanceOf(UnreadableSecretException.class)
        .hasMessageContaining("read_only_key of bunny_stream");
  }

  @Test
  void anAlteredSecretIsNotRead() {
    ProviderKeys keys = ProviderKeys.of(FIRST);
    Sealed sealed = keys.seal(TOKEN, "a token");
    byte[] bytes = Base64.getDecoder().decode(sealed.sealed());
    for (int i = 0; i < bytes.length; i++) {
      byte[] altered = bytes.clone();
      altered[i] ^= 1;
      Sealed other = new Sealed(sealed.keyId(), Base64.getEncoder().encodeToString(altered));
      assertThatThrownBy(() -> keys.open(TOKEN, other))
          .isInstanceOf(UnreadableSecretException.class);
    }
    for (String other : new String[] {"", "AAAA", "no base64!"}) {
      assertThatThrownBy(() -> keys.open(TOKEN, new Sealed(sealed.keyId(), other)))
          .isInstanceOf(UnreadableSecretException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2hvcnQ=", "not base64 at all", FIRST + ",", "," + FIRST})
  void aKeyHas32Bytes(String setting) {
    assertThatThrownBy(() -> ProviderKeys.of(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KINEBEAM_PROVIDERS_KEY")
        .hasMessageNotContainingAny(FIRST, "c2hvcnQ", "not base64 at all");
  }

  @Test
  void nothingSecretIsPrinted() {
    CredentialSettings settings =
        CredentialSettings.fromEnvironment(
            Map.of(
                "KINEBEAM_PROVIDERS_KEY",
                FIRST,
                "CLOUDFLARE_STREAM_WEBHOOK_SECRET",
                "a-webhook-secret"));
    assertThat(settings.variables()).hasSize(1);
    assertThat(settings.environment()).isEqualTo("production");
    assertThat(settings.toString())
        .contains("production", "CLOUDFLARE_STREAM_WEBHOOK_SECRET")
        .doesNotContain(FIRST, "a-webhook-secret");
    assertThatThrownBy(
            () -> CredentialSettings.fromEnvironment(Map.of("KINEBEAM_ENVIRONMENT", "No Word")))
        .hasMessageContaining("KINEBEAM_ENVIRONMENT");
  }
}
