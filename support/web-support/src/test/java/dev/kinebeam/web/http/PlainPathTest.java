package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

/** The refused forms are in {@link RawRequestsScenarioTest}, through the server. */
class PlainPathTest {
  @Test
  void segmentsAreDecoded() {
    assertThat(PlainPath.segments("/")).contains(List.of(""));
    assertThat(PlainPath.segments("/a/b%20c")).contains(List.of("a", "b c"));
    assertThat(PlainPath.segments("/%F0%9F%98%80")).contains(List.of("\uD83D\uDE00"));
    assertThat(PlainPath.segments("/-._~!$&'()*+,=:@")).contains(List.of("-._~!$&'()*+,=:@"));
    assertThat(PlainPath.segments(null)).isEmpty();
    assertThat(PlainPath.segments("")).isEmpty();
  }

  /** Whatever is read comes back as one and the same text when it is encoded again. */
  @Property
  void noPathIsReadInTwoWays(
      @ForAll @Chars({'%', '/', ';', '.', '2', '5', 'c', 'E', 'F', 'a', '\\'}) String text) {
    String raw = "/" + text;
    PlainPath.segments(raw)
        .ifPresent(
            segments -> {
              String again =
                  "/" + String.join("/", segments.stream().map(s -> encoded(s)).toList());
              assertThat(PlainPath.segments(again)).contains(segments);
              assertThat(segments).noneMatch(s -> s.contains("/") || s.contains(";"));
            });
  }

  private static String encoded(String segment) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("%%%02x".formatted(b & 0xff));
    }
    return encoded.toString();
  }
}
