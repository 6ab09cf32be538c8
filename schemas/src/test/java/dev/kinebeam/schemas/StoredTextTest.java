package dev.kinebeam.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class StoredTextTest {
  /** Every encoder must make the same bytes of it, and PostgreSQL must take them. */
  @Property
  void comesBackFromUtf8AsItIs(
      @ForAll("anyChars") String text, @ForAll @IntRange(max = 12) int most) {
    String stored = StoredText.of(text);
    assertThat(stored).hasSameSizeAs(text).doesNotContain("\0");
    assertThat(new String(stored.getBytes(UTF_8), UTF_8)).isEqualTo(stored);
    assertThat(StoredText.of(stored)).isEqualTo(stored);

    String cut = StoredText.cut(stored, most);
    assertThat(cut.length()).isBetween(Math.min(most, stored.length()) - 1, most);
    assertThat(stored).startsWith(cut);
    assertThat(new String(cut.getBytes(UTF_8), UTF_8)).isEqualTo(cut);
  }

  @Property
  void leavesWhatCanBeStoredAlone(@ForAll("codePoints") String text) {
    assertThat(StoredText.of(text)).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> anyChars() {
    return Arbitraries.of('a', '\0', '\uD83D', '\uDE41', '\uFFFD', 'é')
        .list()
        .ofMaxSize(12)
        .map(
            chars -> {
              StringBuilder text = new StringBuilder();
              chars.forEach(text::append);
              return text.toString();
            });
  }

  @Provide
  Arbitrary<String> codePoints() {
    return Arbitraries.integers()
        .between(1, Character.MAX_CODE_POINT)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .list()
        .ofMaxSize(8)
        .map(
            points -> {
              StringBuilder text = new StringBuilder();
              points.forEach(text::appendCodePoint);
              return text.toString();
            });
  }
}
