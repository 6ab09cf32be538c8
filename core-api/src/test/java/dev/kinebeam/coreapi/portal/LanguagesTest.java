package dev.kinebeam.coreapi.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanguagesTest {
  @Test
  void aNamedLanguageHasPrecedenceOverTheBrowsers() {
    assertThat(Languages.of(Optional.of("en"), Optional.of("ro")).favoured()).containsExactly("en");
    assertThat(Languages.of(Optional.empty(), Optional.of("pt-BR, en;q=0.5, *;q=0.1")).favoured())
        .containsExactly("pt-BR", "pt", "en");
    assertThat(Languages.of(Optional.empty(), Optional.of("<script>,,")).favoured()).isEmpty();
  }

  @Test
  void aTextIsPickedInTheFirstLanguageThatHasIt() {
    Languages languages = new Languages(List.of("de", "en"));
    assertThat(languages.pick(Map.of("en", "Turn", "ro", "Întoarce"), "ro"))
        .contains(new Languages.Picked("en", "Turn"));
    assertThat(languages.pick(Map.of("ro", "Întoarce"), "ro"))
        .contains(new Languages.Picked("ro", "Întoarce"));
    assertThat(languages.pick(Map.of("fr", "Tourne"), "ro"))
        .contains(new Languages.Picked("fr", "Tourne"));
    assertThat(languages.pick(Map.of(), "ro")).isEmpty();
  }
}
