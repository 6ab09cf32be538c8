package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.render.Recipe;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlugsTest {
  private static final UUID ID = UUID.fromString("6f9619ff-8b86-4d11-b42d-00cf4fc964ff");

  @ParameterizedTest
  @ValueSource(strings = {"Gât întins!", "تمارين", "../../etc/passwd", "---", "A"})
  void anyNameMakesASlug(String name) {
    assertThat(Recipe.isSlug(Slugs.of(name, ID))).as(Slugs.of(name, ID)).isTrue();
  }

  @Test
  void aNameWithoutEndMakesAShortOne() {
    String slug = Slugs.of("very long ".repeat(50), ID);
    assertThat(slug.length()).isLessThanOrEqualTo(67);
    assertThat(Recipe.isSlug(slug)).isTrue();
  }

  @Test
  void theIdDecidesTheLastCharacters() {
    assertThat(Slugs.of("Gât întins", ID))
        .startsWith("gat-intins-")
        .isEqualTo(Slugs.of("Gat intins", ID));
    assertThat(Slugs.of("Gât", ID)).isNotEqualTo(Slugs.of("Gât", UUID.randomUUID()));
  }

  @Test
  void aKeyIsItsOwnersAlone() {
    assertThat(Slugs.id("one", "k")).isEqualTo(Slugs.id("one", "k"));
    assertThat(Slugs.id("one", "k")).isNotEqualTo(Slugs.id("other", "k"));
    assertThat(Slugs.id("one", "k").version()).isEqualTo(8);
    assertThat(Slugs.id("one", "k").variant()).isEqualTo(2);
  }
}
