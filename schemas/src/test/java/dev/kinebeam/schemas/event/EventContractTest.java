package dev.kinebeam.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Golden;
import dev.kinebeam.schemas.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The parser and the JSON Schema say the same of every golden example. */
class EventContractTest {
  private static final JsonSchema SCHEMA = Golden.schema("media-event");

  static List<JsonNode> valid() {
    return Golden.lines("events-valid");
  }

  static List<JsonNode> corrected() {
    return Golden.lines("events-corrected");
  }

  static List<JsonNode> invalid() {
    return Golden.lines("events-invalid");
  }

  @ParameterizedTest
  @MethodSource("valid")
  void acceptsWhatIsValid(JsonNode example) {
    assertThat(SCHEMA.validate(example.get("event"))).as("schema").isEmpty();
    assertThat(Events.accepted(example.get("event")).corrections()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("corrected")
  void acceptsWhatIsWrongInItsOptionalFieldsAndNamesThem(JsonNode example) {
    assertThat(SCHEMA.validate(example.get("event"))).as("schema").isNotEmpty();
    List<Correction> expected = new ArrayList<>();
    for (JsonNode one : example.get("expect")) {
      Correction.Code code =
          Correction.Code.valueOf(one.get("code").asText().toUpperCase(Locale.ROOT));
      expected.add(new Correction(one.get("field").asText(), code));
    }
    assertThat(Events.accepted(example.get("event")).corrections()).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void refusesWhatIsInvalidAndNamesTheField(JsonNode example) {
    assertThat(SCHEMA.validate(example.get("event"))).as("schema").isNotEmpty();
    ParsedEvent parsed = Events.parse(example.get("event"));
    assertThat(parsed).isInstanceOf(ParsedEvent.Rejected.class);
    FieldError error = ((ParsedEvent.Rejected) parsed).error();
    assertThat(error.field()).isEqualTo(example.at("/expect/field").asText());
    assertThat(error.code()).isEqualTo(example.at("/expect/code").asText());
    assertThat(error.message()).contains(error.field()).hasSizeLessThan(300);
  }

  @ParameterizedTest
  @EnumSource(EventType.class)
  void schemaKnowsTheFieldsThatTheParserKnows(EventType type) {
    JsonNode data = null;
    for (JsonNode branch : SCHEMA.getSchemaNode().get("allOf")) {
      if (branch.at("/if/properties/event/const").asText().equals(type.wireName())) {
        data = branch.at("/then/properties/data");
      }
    }
    assertThat(data).isNotNull();
    Set<String> known = new HashSet<>();
    Shape.of(type).forEach(field -> known.add(field.wireName));
    Set<String> named = new HashSet<>();
    data.get("properties").fieldNames().forEachRemaining(named::add);
    assertThat(named).isEqualTo(known);
    assertThat(data.path("required").isMissingNode()).isTrue();
  }

  @Test
  void readsEveryFieldOfAHeartbeat() {
    JsonNode example =
        valid().stream()
            .filter(line -> line.get("name").asText().equals("heartbeat in full"))
            .findFirst()
            .orElseThrow();
    MediaEvent event = Events.accepted(example.get("event"));
    EventData.Heartbeat beat = (EventData.Heartbeat) event.data();
    assertThat(beat.positionSeconds()).isEqualTo(29.5);
    assertThat(beat.totals())
        .isEqualTo(new EventData.Totals(29.5, 24.5, 1L, 800L, 1L, 0L, 2L, 750L, 0L, List.of()));
    assertThat(beat.network()).isEqualTo(new EventData.Network("wifi", 11.2, 48L));
    assertThat(beat.avgBitrate()).isEqualTo(2_400_000);
    assertThat(event.timestampMs()).isEqualTo(1_771_322_404_000L);
  }

  @Test
  void aRetryStaysTheSameEventAndAnotherOneDoesNot() {
    JsonNode event = valid().get(0).get("event");
    MediaEvent first = Events.accepted(event);
    assertThat(Events.accepted(event).eventId()).isEqualTo(first.eventId());
    JsonNode other = event.deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) other.get("data")).put("ttfb_ms", 341);
    assertThat(Events.accepted(other).eventId()).isNotEqualTo(first.eventId());
    assertThat(first.eventId().version()).isEqualTo(5);
  }

  @Test
  void roundsFractionsOfMilliseconds() {
    MediaEvent event =
        Events.accepted(
            Golden.json(
                """
                {"event":"session_start","media_id":"m","timestamp":"2026-02-17T10:00:00Z",
                 "session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10","data":{"ttfb_ms":340.6}}"""));
    assertThat(((EventData.SessionStart) event.data()).ttfbMs()).isEqualTo(341);
    assertThat(event.mediaType()).isEqualTo("video");
  }

  @Test
  void aRecordComesBackAsItWasSent() {
    JsonNode event = valid().get(0).get("event");
    MediaEvent parsed = Events.accepted(event);
    MediaRecord sent =
        new MediaRecord(
            java.util.UUID.randomUUID(),
            java.util.UUID.randomUUID(),
            1_771_322_404_000L,
            1_771_322_403_900L,
            new MediaRecord.Client("iPhone \"15\"", "iOS 18", null, "2.1.0"),
            parsed);
    byte[] bytes = sent.encode(Json.bytes(event));
    assertThat(Golden.schema("media-record").getSchemaNode()).isNotNull();
    assertThat(new MediaRecord.Reader().read(bytes)).isEqualTo(new MediaRecord.Accepted(sent));
  }
}
