package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebTokensTest {
  private static final String TOKEN = "eyJhbGciOiJI.eyJzdWIiOiIx.sig-na_ture";

  private static String masked(String text, Charset charset) {
    return new String(WebTokens.masked(text.getBytes(charset)), ISO_8859_1);
  }

  @Test
  void everythingElseKeepsItsPlace() {
    String text = "{\"events\":[{],\"token\":\"" + TOKEN + "\",\"é\":1}";
    assertThat(new String(WebTokens.masked(text.getBytes(UTF_8)), UTF_8))
        .isEqualTo(text.replace(TOKEN, "*".repeat(TOKEN.length())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer " + TOKEN,
        "https://clinic.example/?token=" + TOKEN + "&more=1",
        "\"eyJhbGciOiJI.eyJzd",
        "ewogICJhbGciOiJI.eyJzdWIiOiIx.signature",
        "\"\\u0065yJhbGciOiJI.eyJzdWIiOiIx.signature\"",
      })
  void tokensOfOtherFormsAreMasked(String text) {
    assertThat(masked(text, UTF_8)).contains("*****").doesNotContain("eyJzd");
    assertThat(masked(text, UTF_16LE).replace("\0", "")).doesNotContain("eyJzd");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"media_id\":\"lumbar-01.mp4\",\"ttfb_ms\":84.5}",
        "eyJhbGciOiJI without a dot",
        "keyJ.ordinary.text",
        "a1b2.c3d4",
      })
  void otherTextStaysTheSameArray(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(WebTokens.masked(bytes)).isSameAs(bytes);
  }

  /** What takes more than linear time, or a stack, lets one sender hold the gateway. */
  @Test
  @Timeout(10)
  void hostileTextTakesLinearTime() {
    assertThat(masked("eyJ".repeat(350_000), UTF_8)).startsWith("eyJ");
    assertThat(masked("eyJ" + ".".repeat(1_000_000), UTF_8)).startsWith("****");
    assertThat(masked("eyJ.".repeat(250_000), UTF_8)).startsWith("****");
    assertThat(masked("eyJ ".repeat(250_000), UTF_8)).startsWith("eyJ ");
  }
}
