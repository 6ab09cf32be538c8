package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTokensTest {
  private static BodyTokens cut(String body) {
    return BodyTokens.cut(body.getBytes(UTF_8));
  }

  private static String rest(String body) {
    return new String(cut(body).body(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"a.b.c\",\"sent_at\":null,\"events\":[1]}",
        "{\"sent_at\":null,\"token\":\"a.b.c\",\"events\":[1]}",
        "{\"sent_at\":null,\"events\":[1],\"token\":\"a.b.c\"}",
        "\ufeff { \"sent_at\" : null , \"to\\u006ben\" : \"a.\\u0062.c\" , \"events\" : [1] } ",
      })
  void takesTheTokenOutWhereverItStands(String body) throws Exception {
    assertThat(cut(body).tokens()).containsExactly("a.b.c");
    String rest = rest(body);
    assertThat(rest).hasSameSizeAs(body).doesNotContain("a.b.c", "a.\\u0062.c");
    assertThat(Json.MAPPER.readTree(rest.replace("\ufeff", "")).toString())
        .isEqualTo("{\"sent_at\":null,\"events\":[1]}");
  }

  @Test
  void everythingElseKeepsItsPlace() {
    String body = "{\"token\":\"abc\",\"events\":[1]}";
    assertThat(rest(body).indexOf("events")).isEqualTo(body.indexOf("events"));
    assertThat(rest("{\"token\":\"abc\"}")).isEqualTo("{             }");
  }

  @Test
  void takesAllTokensAndNoneThatIsNull() throws Exception {
    String body = "{\"a\":1,\"token\":\"x\",\"token\":7,\"token\":null}";
    assertThat(cut(body).tokens()).containsExactly("x", "");
    assertThat(Json.MAPPER.readTree(rest(body)).toString()).isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "[{\"token\":\"x\"}]",
        "{}",
        "{\"events\":[{\"token\":\"x\"}]}",
        "\"token\"",
        "{\"token\"",
      })
  void leavesOtherBodiesAlone(String body) {
    byte[] sent = body.getBytes(UTF_8);
    assertThat(BodyTokens.cut(sent).tokens()).isEmpty();
    assertThat(BodyTokens.cut(sent).body()).isSameAs(sent);
  }

  @Test
  void takesTheTokenOutOfABodyThatBreaksLater() {
    assertThat(cut("{\"token\":\"x\",\"events\":[{]}").tokens()).isEqualTo(List.of("x"));
    assertThat(rest("{\"token\":\"x\",\"events\":[{]}")).doesNotContain("token");
  }

  @Test
  void sameTokensCountOnceAndEndlessOnesAreNone() {
    String endless = "x".repeat(9_000);
    assertThat(cut("{\"token\":\"a\",\"token\":\"a\",\"token\":\"" + endless + "\"}").tokens())
        .containsExactly("a", "");
  }
}
