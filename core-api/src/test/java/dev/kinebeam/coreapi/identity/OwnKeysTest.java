package dev.kinebeam.coreapi.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.web.auth.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnKeysTest {
  @Test
  void allKeysArePublishedSoThatANewOneIsKnownBeforeItSigns() {
    Secret former = OwnKeys.make();
    Secret next = OwnKeys.make();
    OwnKeys keys = OwnKeys.of(new Secret(next.value() + ", " + former.value()));
    assertThat((List<?>) keys.published().get("keys")).hasSize(2);
    assertThat(keys.published().toString()).contains("kid=").doesNotContain(" d=", "{d=");
    assertThat(OwnKeys.of(former).published().get("keys"))
        .as("a key has the same name in every process")
        .isEqualTo(OwnKeys.of(former).published().get("keys"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not base64!",
        "{}",
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"
      })
  void whatIsNotAPrivateKeyIsRefusedWithoutQuotingIt(String key) {
    String setting =
        key.startsWith("{")
            ? Base64.getUrlEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8))
            : key;
    assertThatThrownBy(() -> OwnKeys.of(new Secret(setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CORE_API_SIGNING_KEYS")
        .hasMessageContaining("make-signing-key");
  }
}
