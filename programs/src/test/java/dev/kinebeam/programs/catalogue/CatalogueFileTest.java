package dev.kinebeam.programs.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueFileTest {
  @Test
  void aTableAndTheSameJsonAreTheSameRows() throws Exception {
    String csv =
        """
        \uFEFFslug,kind,display_name,difficulty,body_regions,display_name.ro,description.ro\r
        neck-turns,reps_based,"Neck, turned",2,neck; back,Întoarceri,"Una
        Doua"\r
        bend,reps_based,Bend,,,,\r
        """;
    String json =
        """
        {"exercises":[
          {"slug":"neck-turns","kind":"reps_based","display_name":"Neck, turned","difficulty":2,
           "body_regions":["neck","back"],
           "translations":{"ro":{"display_name":"Întoarceri","description":"Una\\nDoua"}}},
          {"slug":"bend","kind":"reps_based","display_name":"Bend"}]}
        """;
    assertThat(CatalogueFile.rows(csv)).isEqualTo(CatalogueFile.rows(json)).hasSize(2);
    assertThat(CatalogueFile.rows("[{\"slug\":\"a\"}]"))
        .containsExactly(Json.MAPPER.readTree("{\"slug\":\"a\"}"));
  }

  /** Text has line feeds alone, and a column's language is not a path. */
  @Test
  void aCellIsTakenAsItsFieldHasIt() {
    JsonNode row =
        CatalogueFile.rows("slug,description,display_name.r/o\r\na,\"Una\r\nDoua\",A\r\n").get(0);
    assertThat(row.path("description").asText()).isEqualTo("Una\nDoua");
    assertThat(row.path("translations").path("r/o").path("display_name").asText()).isEqualTo("A");
  }

  @Test
  void aDifficultyThatIsNoNumberIsLeftToTheCheck() {
    assertThat(CatalogueFile.rows("slug,difficulty\na,hard").get(0).path("difficulty").asText())
        .isEqualTo("hard");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'' | it is empty",
        "{\"rows\":[]} | name the list 'exercises'",
        "{\"exercises\":[} | not JSON",
        "slug,colour | no column 'colour'",
        "slug,kind,slug | column 'slug' twice",
        "slug,slug.ro | no column 'slug.ro'",
        "slug,display_name. | no column",
        "slug,\"kind | a quoted field does not end",
      })
  void whatCannotBeReadSaysWhere(String text, String message) {
    assertThatThrownBy(() -> CatalogueFile.rows(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aLineOfAnotherLengthIsNamed() {
    assertThatThrownBy(() -> CatalogueFile.rows("slug,kind\na,reps_based\nb"))
        .hasMessage("line 3 has 1 fields; the heading has 2");
  }
}
