package dev.kinebeam.coreapi.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.EventBatch;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.ParsedEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecordingMakerTest {
  private static final UUID ID = UUID.fromString("0b0b0b0b-1111-4222-8333-444444444444");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  @Test
  void anEventThatWasCorrectedIsShownAsTheRowTookIt() throws Exception {
    Recording.Event event =
        only(
            """
            {"position_seconds":12.5,"completion_percent":108,"ttfb_ms":1,\
            "dropped_frames":-1,"rtt_ms":50,"mood":"good"}""");

    assertThat(Json.MAPPER.readTree(event.data()))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"position_seconds":12.5,"completion_percent":100.0,"error_types":[],"rtt_ms":50}"""));
    assertThat(event.positionSeconds()).isEqualTo(12.5);
  }

  @Test
  void anyOtherEventIsShownAsItWasSent() throws Exception {
    String data = "{\"position_seconds\":12.5,\"mood\":\"good\",\"rtt_ms\":null}";

    assertThat(only(data).data()).isEqualTo(data);
  }

  @Test
  void aPositionThatWasNotBelievedIsNotShown() throws Exception {
    Recording.Event event = only("{\"position_seconds\":-3}");

    assertThat(event.positionSeconds()).isNull();
    JsonNode data = Json.MAPPER.readTree(event.data());
    assertThat(data.has("position_seconds")).isFalse();
  }

  private static Recording.Event only(String data) throws EventBatch.Refused {
    byte[] raw =
        """
        {"event":"heartbeat","session_id":"%s","timestamp":"%s","data":%s}"""
            .formatted(ID, START, data)
            .getBytes(UTF_8);
    MediaEvent event =
        ((ParsedEvent.Accepted) EventBatch.parse(raw).items().get(0).parsed()).event();
    long received = START.toEpochMilli() + 40;
    MediaRecord record =
        new MediaRecord(
            ID, ID, received, MediaRecord.UNKNOWN_TIME, MediaRecord.Client.UNKNOWN, event);
    ArchivedRecord archived = new ArchivedRecord(0, 0, received, null, record.encode(raw));
    return RecordingMaker.make(
            new RecordedSession(
                ID, ID, ID, new RecordedSession.Times(START, START, START), false, 1, 0),
            new SessionRecords.Found(List.of(archived), List.of(), false),
            START)
        .events()
        .get(0);
  }
}
