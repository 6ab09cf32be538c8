package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.Correction.Code;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of optional fields that are wrong. */
class EventParserTest {
  private static final String EVENT_ID = "0d9c7b8e-6a1e-4f0d-8d3a-5c2b1a0f9e8d";

  private static MediaEvent event(String type, String more, String data) {
    String json =
        """
        {"event":"%s","session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",%s
         "timestamp":"2026-02-17T10:00:00.000Z","data":%s}"""
            .formatted(type, more, data);
    return ((ParsedEvent.Accepted) new EventParser().parse(json.getBytes(UTF_8))).event();
  }

  private static MediaEvent event(String type, String data) {
    return event(type, "", data);
  }

  private static EventData.PlaybackError error(String data) {
    return (EventData.PlaybackError) event("error", data).data();
  }

  private static EventData.SessionStart start(String data) {
    return (EventData.SessionStart) event("session_start", data).data();
  }

  private static EventData.Totals totals(String data) {
    return ((EventData.SessionEnd) event("session_end", data).data()).totals();
  }

  @Test
  void aPercentageAboveAHundredIsAHundred() {
    assertThat(totals("{\"completion_percent\":108.3}").completionPercent()).isEqualTo(100);
    assertThat(totals("{\"completion_percent\":1e400}").completionPercent()).isEqualTo(100);
    assertThat(totals("{\"completion_percent\":-1}").completionPercent()).isNull();
    assertThat(totals("{\"completion_percent\":99.95}").completionPercent()).isEqualTo(99.95);
  }

  @Test
  void aFractionOfACountIsRoundedAndOfAMeasurementToo() {
    MediaEvent event = event("session_end", "{\"error_count\":1.5,\"buffering_duration_ms\":7.4}");
    EventData.Totals totals = ((EventData.SessionEnd) event.data()).totals();

    assertThat(totals.errorCount()).isEqualTo(2);
    assertThat(totals.bufferingDurationMs()).isEqualTo(7);
    assertThat(event.corrections())
        .as("browsers measure in fractions, so only the count is a fault")
        .containsExactly(new Correction("data.error_count", Code.ROUNDED));
    assertThat(event("session_end", "{\"error_count\":2.0}").wasCorrected()).isFalse();
  }

  @Test
  void aTimeOfExactlyZeroIsUnknownAndNoFaultOfThePlayer() {
    MediaEvent event = event("session_start", "{\"ttfb_ms\":0,\"cdn_response_time_ms\":0.0}");
    EventData.SessionStart start = (EventData.SessionStart) event.data();

    assertThat(start.ttfbMs()).isNull();
    assertThat(start.cdnResponseTimeMs()).isNull();
    assertThat(event.wasCorrected()).isFalse();
    assertThat(start("{\"ttfb_ms\":1,\"video_load_time_ms\":0}"))
        .isEqualTo(
            new EventData.SessionStart(null, 1L, 0L, null, EventData.Network.UNKNOWN, null, null));
    EventData.BufferingStart wait =
        (EventData.BufferingStart)
            event("buffering_start", "{\"position_seconds\":0,\"cdn_response_time_ms\":0}").data();
    assertThat(wait.cdnResponseTimeMs()).isNull();
    assertThat(wait.positionSeconds()).isZero();
  }

  @Test
  void whatNoPlayerCanHaveMeasuredIsUnknown() {
    assertThat(start("{\"ttfb_ms\":-12.5}").ttfbMs()).isNull();
    assertThat(start("{\"ttfb_ms\":1e10}").ttfbMs()).isNull();
    assertThat(start("{\"ttfb_ms\":\"NaN\"}").ttfbMs()).isNull();
    assertThat(start("{\"ttfb_ms\":\"340\"}").ttfbMs()).isNull();
    assertThat(start("{\"ttfb_ms\":{\"a\":[1]}}").ttfbMs()).isNull();
    assertThat(event("pause", "{\"position_seconds\":true}").data())
        .isEqualTo(new EventData.Pause(null));
    assertThat(event("pause", "[1]").data()).isEqualTo(new EventData.Pause(null));
    assertThat(error("{\"is_fatal\":\"true\"}").isFatal()).isFalse();
  }

  @Test
  void anEnumerationIsNeverClipped() {
    assertThat(event("milestone", "{\"milestone_percent\":96,\"position_seconds\":3}").data())
        .isEqualTo(new EventData.Milestone(null, 3.0, null));
    assertThat(((EventData.SessionEnd) event("session_end", "{\"status\":\"Completed\"}").data()))
        .extracting(EventData.SessionEnd::status)
        .isNull();
    assertThat(event("quality_change", "{\"reason\":\"buffer_low \"}").data())
        .isEqualTo(new EventData.QualityChange(null, null, null, null, null, null));
  }

  @Test
  void aTextIsCutAtItsLimitAndNeverInsideACharacter() {
    String x1999 = "x".repeat(1999);
    assertThat(error("{\"error_message\":\"" + x1999 + "yz\"}").errorMessage())
        .isEqualTo(x1999 + "y");
    assertThat(error("{\"error_message\":\"" + x1999 + "\\ud83d\\ude41\"}").errorMessage())
        .isEqualTo(x1999);
    assertThat(error("{\"error_message\":\"" + x1999 + "🙁\"}").errorMessage()).isEqualTo(x1999);
    assertThat(error("{\"error_code\":\"" + "C".repeat(65) + "\"}").errorCode())
        .isEqualTo("C".repeat(64));
  }

  @Test
  void whatCannotBeStoredIsReplaced() {
    assertThat(error("{\"error_message\":\"a\\u0000b\"}").errorMessage()).isEqualTo("a\uFFFDb");
    assertThat(error("{\"error_message\":\"\\ud83dx\"}").errorMessage()).isEqualTo("\uFFFDx");
    assertThat(error("{\"error_message\":\"\\ude41\\ud83d\"}").errorMessage())
        .isEqualTo("\uFFFD\uFFFD");
    MediaEvent event = event("session_start", "\"media_id\":\"\\ud83dx\",", "{}");
    assertThat(event.mediaId()).isEqualTo("\uFFFDx");
    assertThat(event.corrections()).containsExactly(new Correction("media_id", Code.REPLACED));
  }

  @Test
  void ofAListTheEntriesThatAreTextsAreKept() {
    assertThat(totals("{\"error_types\":[\"A\",7,null,\"B\\u0000\",{\"a\":[1]}]}").errorTypes())
        .containsExactly("A", "B\uFFFD");
    String many = "\"T\",".repeat(60) + "\"T\"";
    assertThat(totals("{\"error_types\":[" + many + "]}").errorTypes()).hasSize(50);
    assertThat(totals("{\"error_types\":\"A\"}").errorTypes()).isEmpty();
  }

  @Test
  void anIdOfAWrongFormIsNotSent() {
    MediaEvent without = event("play", "", "{}");
    String wrong = "\"event_id\":\"7\",\"seq\":-1,\"render_id\":\"r\",\"media_id\":\"\",";
    MediaEvent event = event("play", wrong, "{}");

    assertThat(event.eventId()).as("derived").isEqualTo(without.eventId());
    assertThat(event.seq()).isEqualTo(MediaEvent.NO_SEQ);
    assertThat(event.renderId()).isNull();
    assertThat(event.mediaId()).isNull();
    assertThat(event.mediaType()).isNull();
    assertThat(event.corrections())
        .containsExactly(
            new Correction("event_id", Code.BAD_FORMAT),
            new Correction("seq", Code.OUT_OF_RANGE),
            new Correction("render_id", Code.BAD_FORMAT),
            new Correction("media_id", Code.BAD_FORMAT));
  }

  /** A retry that meets a newer gateway must stay the same event. */
  @Test
  void aDerivedIdIsThatOfSessionEventTimestampAndData() throws EventBatch.Refused {
    String pause =
        """
        {"event":"pause","session_id":"7d0c5d2e-8b1f-4f5e-9a53-0d6a3b9d7c10",\
        "timestamp":"2026-02-17T10:00:00.000Z","data":{"position_seconds":1.5}}""";
    EventBatch batch = EventBatch.parse(("[7, " + pause + "]").getBytes(UTF_8));
    MediaEvent event = ((ParsedEvent.Accepted) batch.items().get(1).parsed()).event();

    assertThat(event.eventId()).hasToString("71166a34-044d-582c-b363-6b7358141338");
  }

  @Test
  void oneIdOnTwoEventsIsTwoIdentities() {
    String id = "\"event_id\":\"" + EVENT_ID + "\",";
    MediaEvent play = event("play", id, "{}");
    MediaEvent pause = event("pause", id, "{}");

    assertThat(play.eventId()).isEqualTo(UUID.fromString(EVENT_ID));
    assertThat(play.identity()).isNotEqualTo(pause.identity());
    assertThat(play.identity()).isEqualTo(event("play", id, "{\"is_resume\":true}").identity());
    assertThat(play.identity().secondId()).isNotEqualTo(play.eventId());
    assertThat(play.identity().secondId().version()).isEqualTo(5);
  }

  @Test
  void everyFieldOfAnEventMayBeMissing() {
    for (EventType type : EventType.values()) {
      for (String data : List.of("null", "{}", "{\"unknown\":1}")) {
        assertThat(event(type.wireName(), data).wasCorrected()).isFalse();
      }
    }
  }
}
