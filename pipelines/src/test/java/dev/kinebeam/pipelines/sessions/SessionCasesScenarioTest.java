package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small inputs, as players send them, that once gave wrong rows; each file says what is right. */
class SessionCasesScenarioTest {
  private static final long TRIP_MS = 40;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heartbeats-before-first-frame",
        "network-fields-forgotten",
        "quality-changes-without-counters",
        "seek-out-of-a-stall-small",
        "skip-to-the-end",
        "stall-before-first-heartbeat-no-play",
        "two-starts-one-end"
      })
  void theRowIsRight(String name) throws Exception {
    JsonNode file;
    try (InputStream in =
        SessionCasesScenarioTest.class.getResourceAsStream("/sessions/" + name + ".json")) {
      file = Json.MAPPER.readTree(in);
    }
    List<MediaRecord> records = records(file.get("events"));

    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(records, new Random(seed));
      MeasuredSession measured = MeasuredSession.of(Played.over(Played.tallyOf(records)));
      Map<String, JsonNode> row =
          GoldenColumns.ofSession(Json.MAPPER.valueToTree(measured.metrics()));

      for (Map.Entry<String, JsonNode> right : file.get("right").properties()) {
        assertThat(row.get(right.getKey()).asText())
            .as("%s: %s", right.getKey(), file.get("why").textValue())
            .isEqualTo(right.getValue().asText());
      }
    }
  }

  private static List<MediaRecord> records(JsonNode events) throws EventBatch.Refused {
    List<MediaRecord> records = new ArrayList<>();
    for (JsonNode event : events) {
      ParsedEvent parsed = EventBatch.parse(Json.bytes(event)).items().get(0).parsed();
      assertThat(parsed).isInstanceOf(ParsedEvent.Accepted.class);
      ParsedEvent.Accepted accepted = (ParsedEvent.Accepted) parsed;
      records.add(
          new MediaRecord(
              Played.ORG,
              Played.PATIENT,
              accepted.event().timestampMs() + TRIP_MS,
              MediaRecord.UNKNOWN_TIME,
              MediaRecord.Client.UNKNOWN,
              accepted.event()));
    }
    return records;
  }
}
