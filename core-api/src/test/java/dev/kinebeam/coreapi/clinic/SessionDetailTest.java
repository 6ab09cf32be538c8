package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.eventarchive.ArchiveLine;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One session's timeline and the recording behind it. */
@Tag("servers")
class SessionDetailTest {
  private static final String SPECIALIST = TestCoreApi.specialistToken();

  private static TestCoreApi api;
  private static SessionRows rows;
  private static Instant at;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    at = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(600);
    rows = new SessionRows(api.owner());
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void theStoreIsThere() {
    api.store.unavailable = false;
  }

  private static Answer get(UUID session, String token) throws Exception {
    return api.get("/v1/media/sessions/" + session, token);
  }

  private static JsonNode detail(UUID session) throws Exception {
    Answer answer = get(session, SPECIALIST);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /** Puts events into the archive; the later ones first, and one of them twice. */
  private static void archive(UUID session, UUID patient, String... events) throws IOException {
    List<byte[]> lines = new ArrayList<>();
    for (int i = events.length - 1; i >= 0; i--) {
      lines.add(line(session, patient, i, events.length - 1 - i, events[i]));
    }
    lines.add(line(session, patient, 0, events.length, events[0]));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (byte[] line : lines) {
        gzip.write(line);
        gzip.write('\n');
      }
    }
    int first = Math.abs(session.hashCode() % 1_000_000) * 100;
    api.archive.put(
        ArchiveObject.of(at.truncatedTo(ChronoUnit.HOURS), 0, first, first + lines.size() - 1, 1)
            .key(),
        packed.toByteArray());
  }

  private static byte[] line(UUID session, UUID patient, int seq, int place, String event) {
    int first = Math.abs(session.hashCode() % 1_000_000) * 100;
    String value =
        """
        {"v":1,"event_id":"%s","org_id":"%s","patient_id":"%s","received_at":%d,"client":{},\
        "event":{"session_id":"%s","seq":%d,%s}}\
        """
            .formatted(
                UuidV5.of(session, event),
                ORG,
                patient,
                at.toEpochMilli() + 1000,
                session,
                seq,
                event);
    byte[] key = session.toString().getBytes(UTF_8);
    return ArchiveLine.encode(
        new ArchivedRecord(0, first + place, at.toEpochMilli() + 1000, key, value.getBytes(UTF_8)));
  }

  private static String event(String type, int second, String data) {
    return "\"event\":\"%s\",\"timestamp\":\"%s\",\"data\":{%s}"
        .formatted(type, at.plusSeconds(second), data);
  }

  @Test
  void withoutAnArchiveTheRowAndTheStallsAnswer() throws Exception {
    UUID session =
        rows.session(ORG, PATIENT, at, Map.of("ttfb_ms", 340L, "final_position_seconds", 31.5));
    rows.stall(ORG, PATIENT, session, at.plusSeconds(20), Map.of());
    rows.stall(ORG, PATIENT, session, at.plusSeconds(25), Map.of("cause", "seek"));
    JsonNode json = detail(session);
    assertThat(json.path("session_id").asText()).isEqualTo(session.toString());
    assertThat(json.path("exercise").asText()).isEqualTo(TestCoreApi.SLUG);
    assertThat(json.path("details").path("final_position_seconds").asDouble()).isEqualTo(31.5);
    assertThat(json.path("stalls").findValuesAsText("cause")).containsExactly("stall", "seek");
    assertThat(json.path("timeline").findValuesAsText("kind"))
        .containsExactly("start_up", "stall", "wait", "end");
    assertThat(json.at("/timeline/0/details/ttfb_ms").asLong()).isEqualTo(340);
    assertThat(json.at("/timeline/1/details/cause").asText()).isEqualTo("stall");
    assertThat(json.at("/timeline/1/offset_ms").asLong()).isEqualTo(20_000);
    assertThat(json.path("timeline_source").asText()).isEqualTo("row");
    assertThat(json.has("recording_url")).isTrue();
    assertThat(json.path("recording_url").isNull()).isTrue();
    assertThat(json.at("/recording_reason/code").asText()).isEqualTo("not_archived_yet");
  }

  @Test
  void theRecordingHoldsEveryEventOnceAndInOrder() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of("events_seen", 5));
    archive(
        session,
        PATIENT,
        "\"media_id\":\"media-1\"," + event("session_start", 0, "\"ttfb_ms\":340"),
        event("play", 1, "\"position_seconds\":0"),
        event("heartbeat", 11, "\"position_seconds\":10,\"watched_duration_seconds\":10"),
        event("seek", 15, "\"from_seconds\":14,\"to_seconds\":3"),
        event("session_end", 20, "\"status\":\"abandoned\",\"final_position_seconds\":8"));
    JsonNode json = detail(session);
    assertThat(json.path("timeline").findValuesAsText("kind"))
        .containsExactly("start_up", "play", "seek", "end");
    assertThat(json.at("/timeline/0/details/ttfb_ms").asLong()).isEqualTo(340);
    assertThat(json.at("/timeline/2/details/to_seconds").asDouble()).isEqualTo(3);
    assertThat(json.path("timeline_source").asText()).isEqualTo("recording");
    assertThat(json.at("/recording/complete").asBoolean()).isTrue();
    String key = "recordings/" + ORG + "/" + session + ".json";
    assertThat(json.path("recording_url").asText()).contains(key).endsWith("PT1H");

    JsonNode recording = Json.MAPPER.readTree(api.store.objects.get(key));
    assertThat(api.contract().problems("Recording", recording.toString())).isEmpty();
    assertThat(recording.path("events").findValuesAsText("event"))
        .containsExactly("session_start", "play", "heartbeat", "seek", "session_end");
    assertThat(recording.at("/events/3/position_seconds").asDouble()).isEqualTo(3);
    assertThat(recording.path("index").findValuesAsText("offset_ms"))
        .containsExactly("0", "11000", "20000");
    assertThat(recording.at("/index/2/event").asInt()).isEqualTo(4);
    assertThat(recording.at("/index/2/position_seconds").asDouble()).isEqualTo(3);
  }

  @Test
  void aRecordingIsKeptUntilTheRowKnowsMore() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of("events_seen", 1));
    archive(session, PATIENT, event("play", 1, "\"position_seconds\":0"));
    String madeAt = detail(session).at("/recording/made_at").asText();
    assertThat(detail(session).at("/recording/made_at").asText()).isEqualTo(madeAt);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE media_session_metrics SET last_event_at = ? WHERE session_id = ?",
                    at.plusSeconds(200).atOffset(ZoneOffset.UTC),
                    session));
    assertThat(detail(session).at("/recording/made_at").asText()).isGreaterThan(madeAt);
  }

  @Test
  void aBrokenRecordingIsMadeAgain() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of("events_seen", 1));
    archive(session, PATIENT, event("play", 1, "\"position_seconds\":0"));
    for (String broken : List.of("null", "{", "{\"v\":1}", "")) {
      api.store.objects.put("recordings/" + ORG + "/" + session + ".json", broken.getBytes(UTF_8));
      assertThat(detail(session).at("/recording/events").asInt()).as(broken).isEqualTo(1);
    }
  }

  @Test
  void aSessionThatWasSentDaysLaterHasItsRecording() throws Exception {
    UUID session =
        rows.session(ORG, PATIENT, at.minus(3, ChronoUnit.DAYS), Map.of("events_seen", 1));
    archive(session, PATIENT, event("play", 1 - 3 * 86_400, "\"position_seconds\":0"));
    JsonNode json = detail(session);
    assertThat(json.at("/recording/complete").asBoolean()).isTrue();
    assertThat(json.at("/timeline/0/offset_ms").asLong()).isEqualTo(1000);
  }

  @Test
  void aSessionOfLongAgoIsNotLookedForInTheWholeArchive() throws Exception {
    UUID session =
        rows.session(ORG, PATIENT, at.minus(20, ChronoUnit.DAYS), Map.of("events_seen", 1));
    archive(session, PATIENT, event("play", 1, "\"position_seconds\":0"));
    assertThat(detail(session).at("/recording_reason/code").asText()).isEqualTo("not_archived_yet");
  }

  @Test
  void eventsOfAnotherPatientUnderTheSameIdStayOut() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of());
    archive(session, UUID.randomUUID(), event("play", 1, "\"position_seconds\":0"));
    assertThat(detail(session).at("/recording_reason/code").asText()).isEqualTo("not_archived_yet");
  }

  @Test
  void anUnavailableArchiveDoesNotFailTheSession() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of());
    api.store.unavailable = true;
    assertThat(detail(session).at("/recording_reason/code").asText()).isEqualTo("archive_away");
  }

  @Test
  void othersSessionsAreNotThere() throws Exception {
    UUID session = rows.session(ORG, PATIENT, at, Map.of());
    String stranger = Tokens.of(Role.CLINIC_ADMIN, OTHER_ORG, UUID.randomUUID());
    assertThat(get(session, stranger).status()).isEqualTo(404);
    assertThat(get(UUID.randomUUID(), SPECIALIST).status()).isEqualTo(404);
    assertThat(api.get("/v1/media/sessions/none", SPECIALIST).status()).isEqualTo(404);
    assertThat(get(session, TestCoreApi.patientToken()).status()).isEqualTo(403);
  }
}
