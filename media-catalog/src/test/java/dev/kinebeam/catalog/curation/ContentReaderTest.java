package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentReaderTest {
  private static final String FULL =
      """
      {"display_name":" Neck turns ","description":"Line one.\\nLine two.",
       "translations":{"ro":{"display_name":"Întoarceri"},"ar":{"display_name":"تمارين"}},
       "difficulty":2,"categories":["b","a","a"],"body_regions":["neck"],"equipment":[],
       "instructions":[{"kind":"form_cue","text":{"ro":"Ușor."},"image_key":"global/1/image.jpg"}],
       "contraindications":[{"severity":"contraindicated","text":{"en":"Fracture"}}],
       "tracking":{"model":"pose-33","landmarks":["nose"],
                   "target_metrics":[{"name":"turn","unit":"degrees","min":0,"max":60}]}}
      """;

  private static JsonNode json(String text) throws Exception {
    return Json.MAPPER.readTree(text);
  }

  private static List<FieldError> errors(JsonNode fields) {
    return ContentReader.read(fields) instanceof ContentReader.Read.Bad bad
        ? bad.errors()
        : List.of();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    ExerciseContent content = ((ContentReader.Read.Good) ContentReader.read(json(FULL))).content();
    assertThat(content.names().displayName()).isEqualTo("Neck turns");
    assertThat(content.tags().categories()).containsExactly("a", "b");
    ContentReader.Read again = ContentReader.read(content.toJson());
    assertThat(again).isEqualTo(new ContentReader.Read.Good(content));
    assertThat(ContentReader.stored(content.toJson())).isEqualTo(content);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws Exception {
    assertThat(errors(json("{\"difficulty\":0,\"categories\":{},\"description\":5}")))
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder("display_name", "difficulty", "categories", "description");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967297", "18446744073709551619", "1e0", "-1"})
  void aHugeNumberIsNotCutToADifficulty(String number) throws Exception {
    assertThat(errors(json("{\"display_name\":\"A\",\"difficulty\":" + number + "}")))
        .extracting(FieldError::field)
        .containsExactly("difficulty");
  }

  /** An answer is not many times as large as what was sent. */
  @Test
  void ofManyErrorsTheFirstAreSaid() {
    ObjectNode many = Json.MAPPER.createObjectNode().put("display_name", "A");
    ObjectNode translations = many.putObject("translations").putObject("ro");
    IntStream.range(0, 5_000).forEach(n -> translations.put("f" + n, n));
    assertThat(errors(many)).hasSize(100);
  }

  /** Rows from before a rule must still be shown. */
  @Test
  void aStoredRowIsReadAsFarAsItCanBe() throws Exception {
    ExerciseContent content =
        ContentReader.stored(json("{\"display_name\":\"<b>Old</b>\",\"difficulty\":9}"));
    assertThat(content.names().displayName()).isEqualTo("<b>Old</b>");
    assertThat(content.difficulty()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "U+0000, \\u0000",
    "U+0085, \\u0085",
    "U+2029, \\u2029",
    "U+202E, \\u202e",
    "U+2066, \\u2066",
    "U+D800, \\ud800",
  })
  void charactersThatHideOrReorderTextAreNamed(String name, String escaped) throws Exception {
    assertThat(errors(json("{\"display_name\":\"a" + escaped + "b\"}")))
        .singleElement()
        .satisfies(error -> assertThat(error.code()).isEqualTo("bad_character"))
        .satisfies(error -> assertThat(error.message()).contains(name));
  }

  @Test
  void aKeyOfAPictureLeadsNowhereElse() throws Exception {
    for (String key : List.of("../x.jpg", "/x.jpg", "a//b.jpg", "https://x/y.jpg", "x")) {
      assertThat(
              errors(
                  json(
                      "{\"display_name\":\"A\",\"instructions\":[{\"kind\":\"step\",\"text\":{\"ro\":\"x\"},\"image_key\":\"%s\"}]}"
                          .formatted(key))))
          .as(key)
          .extracting(FieldError::field)
          .containsExactly("instructions[0].image_key");
    }
  }

  @Test
  void comparisonsAreNoMarkup() throws Exception {
    assertThat(errors(json("{\"display_name\":\"Hold < 10 s & > 5 s\"}"))).isEmpty();
  }
}
