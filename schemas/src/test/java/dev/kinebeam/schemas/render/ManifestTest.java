package dev.kinebeam.schemas.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parser and the JSON Schema say the same of a manifest. */
class ManifestTest {
  private static final String GOOD =
      """
      {"exercise":"squats","reps_per_video_block":5,"counts_per_audio_master":20,\
      "sides":["left","right"],"languages":["ro"]}""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"squats\"             | \"squats\"",
        "\"squats\"             | 5",
        "\"squats\"             | \"../squats\"",
        "[\"left\",\"right\"]   | {\"a\":\"left\"}",
        "[\"left\",\"right\"]   | [true]",
        "[\"left\",\"right\"]   | \"left\"",
        "[\"left\",\"right\"]   | [\"bilateral\"]",
        "[\"ro\"]               | []",
        "[\"ro\"]               | [\"ro\",7]",
        "[\"ro\"]               | [\"ro\",\"ro\"]",
        "[\"ro\"]               | [\"ro\",\"pt-BR\"]",
        "[\"ro\"]               | [\"ro\"],\"gains\":3",
        "[\"ro\"]               | [\"ro\"],\"gains\":{\"wild_track\":5}",
        "[\"ro\"]               | [\"ro\"],\"gains\":{\"wild_track\":0.2}",
        "5,                     | 0,",
        "5,                     | 5.5,",
      })
  void theyAgree(String part, String other) throws IOException {
    String json = GOOD.replace(part, other);
    boolean valid = Manifest.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof Manifest.Valid;
    assertThat(valid).as(json).isEqualTo(schema().validate(Json.MAPPER.readTree(json)).isEmpty());
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in = ManifestTest.class.getResourceAsStream("/schemas/manifest.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    }
  }
}
