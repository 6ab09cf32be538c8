package dev.kinebeam.coreapi.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguagesTest {
  @Test
  void aNamedLanguageHasPrecedenceOverTheBrowsers() {
    assertThat(Languages.of(Optional.of("en"), Optional.of("ro")).favoured()).containsExactly("en");
    assertThat(Languages.of(Optional.empty(), Optional.of("pt-BR, en;q=0.5, *;q=0.1")).favoured())
        .containsExactly("pt-BR", "pt", "en");
    assertThat(Languages.of(Optional.empty(), Optional.of("<script>,,")).favoured()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en;q=0.5, ro;q=0.8, de | de ro en",
        "ro;q=0, en | en",
        "ro;q=0.000;, en;q=1.000 | en",
        "RO-ro, EN-gb ; Q=0.9 | ro-RO ro en-GB en",
        "zh-Hant-TW, *;q=0.5 | zh",
        "ro;q=7, en;q=-1, de;q=NaN, fr;level=1, it | it",
        "ro, ro-RO;q=0.9, ro;q=0.1 | ro ro-RO",
        "ro-RO, hu-HU, de-DE, en-US | ro-RO ro hu-HU hu de-DE de",
      })
  void theWeightiestLanguageIsTheFirst(String header, String favoured) {
    assertThat(Languages.of(Optional.empty(), Optional.of(header)).favoured())
        .containsExactly(favoured.split(" "));
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
