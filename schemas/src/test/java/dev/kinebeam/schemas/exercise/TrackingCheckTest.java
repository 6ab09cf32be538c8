package dev.kinebeam.schemas.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackingCheckTest {
  private static final String GOOD =
      "{\"model\":\"pose-33\",\"landmarks\":[\"left_hip\",\"left_knee\"],\"target_metrics\":[{\"name\":\"flexion\",\"unit\":\"degrees\",\"min\":0,\"max\":60}],\"calibration\":{\"pose\":\"standing\",\"seconds\":3}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "pose-33 | pose-33",
        "pose-33 | ../pose",
        "\"left_hip\" | \"left_knee\"",
        "\"left_hip\" | 7",
        "\"left_hip\",\"left_knee\" | ''",
        "degrees | furlongs",
        "\"min\":0 | \"min\":\"0\"",
        "\"min\":0, | ''",
        "\"seconds\":3 | \"seconds\":0",
        "\"seconds\":3 | \"seconds\":61",
        "\"seconds\":3 | \"seconds\":3,\"min_visibility\":0.5",
        "\"seconds\":3 | \"seconds\":3,\"min_visibility\":1.5",
        "\"seconds\":3 | \"seconds\":3,\"more\":1",
        "\"model\":\"pose-33\", | ''",
      })
  void theSchemaAndTheCheckAgree(String part, String other) throws IOException {
    String text = GOOD.replace(part, other);
    JsonNode json = Json.MAPPER.readTree(text);
    assertThat(TrackingCheck.errors(json, "tracking").isEmpty())
        .as(text)
        .isEqualTo(schema().validate(json).isEmpty());
  }

  @Test
  void aMetricsBoundsAreInOrder() throws IOException {
    JsonNode json = Json.MAPPER.readTree(GOOD.replace("\"min\":0", "\"min\":61"));
    assertThat(TrackingCheck.errors(json, "tracking"))
        .singleElement()
        .satisfies(error -> assertThat(error.field()).isEqualTo("tracking.target_metrics[0].max"));
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in =
        TrackingCheckTest.class.getResourceAsStream("/schemas/exercise-tracking.schema.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    }
  }
}
