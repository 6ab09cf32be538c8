package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A session that is watched while it plays, and what others met at the same time. */
@Tag("servers")
class FollowSessionTest {
  private static final String SPECIALIST = TestCoreApi.specialistToken();
  private static TestCoreApi api;
  private static SessionRows rows;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    rows = new SessionRows(api.owner());
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static HttpResponse<InputStream> follow(UUID session, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            api.request("/v1/media/sessions/" + session + "/live")
                .header("Authorization", "Bearer " + token)
                .GET()
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  private static JsonNode next(BufferedReader lines, String event) throws Exception {
    String name = "";
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("the stream has %s", event).isNotNull();
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        assertThat(name).isEqualTo(event);
        return Json.MAPPER.readTree(line.substring("data: ".length()));
      }
    }
  }

  @Test
  void everyChangeIsSentWithItsWaitsUntilTheSessionIsClosed() throws Exception {
    Instant at = Instant.now().minusSeconds(60);
    UUID session = rows.session(ORG, PATIENT, at, Map.of("status", "playing"));
    HttpResponse<InputStream> stream = follow(session, SPECIALIST);
    assertThat(stream.statusCode()).isEqualTo(200);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      assertThat(next(lines, "playing").path("stalls")).isEmpty();
      rows.stall(ORG, PATIENT, session, at.plusSeconds(20), Map.of());
      update(session, "events_seen = events_seen + 2");
      assertThat(next(lines, "playing").at("/stalls/0/verdict").asText()).isEqualTo("unknown");
      update(session, "status = 'abandoned'");
      assertThat(next(lines, "closed").path("status").asText()).isEqualTo("abandoned");
      String line;
      do {
        line = lines.readLine();
      } while (line != null && line.isEmpty());
      assertThat(line).as("the stream is over").isNull();
    }
  }

  private static void update(UUID session, String change) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE media_session_metrics SET " + change + " WHERE session_id = ?",
                    session));
  }

  @Test
  void aSessionOfAnotherIsNotThere() throws Exception {
    UUID session = rows.session(ORG, PATIENT, Instant.now(), Map.of("status", "playing"));
    String other = Tokens.of(Role.SPECIALIST, ORG, UUID.randomUUID());
    assertThat(follow(session, other).statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/media/sessions/" + session + "?timeline=row", other).status())
        .isEqualTo(404);
    assertThat(api.get("/v1/media/sessions/" + session + "?timeline=x", SPECIALIST).status())
        .isEqualTo(400);
  }

  @Test
  void whatOthersMetAtThatMinuteAndAtThatPlaceIsEvidence() throws Exception {
    Instant at = Instant.now().minusSeconds(7200);
    String media = "media-of-peers";
    UUID session = rows.session(ORG, PATIENT, at, Map.of("media_id", media));
    rows.stall(ORG, PATIENT, session, at.plusSeconds(20), Map.of("media_id", media));
    for (int i = 0; i < 4; i++) {
      UUID other = UUID.randomUUID();
      UUID theirs = rows.session(ORG, other, at, Map.of("media_id", media));
      if (i < 3) {
        rows.stall(ORG, other, theirs, at.plusSeconds(30L * i), Map.of("media_id", media));
      }
    }
    JsonNode json = api.get("/v1/media/sessions/" + session + "?timeline=row", SPECIALIST).json();
    assertThat(json.at("/recording_reason/code").asText()).isEqualTo("not_asked");
    JsonNode stall = json.at("/stalls/0");
    assertThat(stall.path("verdict").asText()).isEqualTo("content");
    assertThat(evidence(stall, "same_position").path("value").asInt()).isEqualTo(3);
    assertThat(evidence(stall, "same_position").path("n").asInt()).isEqualTo(4);
    assertThat(evidence(stall, "same_minute").path("value").asInt()).isEqualTo(2);
    assertThat(evidence(stall, "same_minute").path("n").asInt()).isEqualTo(4);
  }

  private static JsonNode evidence(JsonNode stall, String code) {
    for (JsonNode one : stall.path("evidence")) {
      if (one.path("code").asText().equals(code)) {
        return one;
      }
    }
    throw new AssertionError(List.of(code, stall).toString());
  }
}
