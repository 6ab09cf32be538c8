package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lists behind a clinic's figures, as pages, as a file, and of what plays now. */
@Tag("servers")
class SessionListsScenarioTest {
  private static final String LIST = "/v1/media/sessions";
  private static Instant now;
  private static final String ADMIN = Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID());

  private static TestCoreApi api;
  private static SessionRows rows;
  private static UUID smooth;
  private static UUID stalled;
  private static UUID leftAfterStall;
  private static UUID failed;
  private static UUID impatient;
  private static UUID playing;

  @BeforeAll
  static void start() throws Exception {
    now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    api = TestCoreApi.start();
    rows = new SessionRows(api.owner());
    smooth = session(50, Map.of("status", "completed", "device", "iPad", "ttfb_ms", 90L));
    stalled =
        session(
            45,
            Map.of(
                "status",
                "completed",
                "stall_count",
                1,
                "stall_duration_ms",
                400L,
                "browser",
                "=2+5"));
    leftAfterStall =
        session(40, Map.of("stall_count", 1, "stall_duration_ms", 2000L, "events_missing", 2));
    rows.stall(ORG, PATIENT, leftAfterStall, at(40).plusSeconds(115), Map.of());
    rows.stall(ORG, PATIENT, stalled, at(45).plusSeconds(10), Map.of());
    failed =
        session(
            30,
            Map.of(
                "status",
                "error",
                "fatal_error",
                true,
                "started_playing",
                false,
                "error_count",
                1L));
    impatient =
        session(
            20,
            Map.of("started_playing", false, "counters_disagree", true, "peak_resolution", "720p"));
    playing =
        session(
            1,
            Map.of(
                "status",
                "playing",
                "video_load_time_ms",
                9000L,
                "last_event_at",
                OffsetDateTime.ofInstant(now.minusSeconds(5), ZoneOffset.UTC)));
    rows.session(OTHER_ORG, UUID.randomUUID(), at(10), Map.of("status", "playing"));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static UUID session(int minutesAgo, Map<String, Object> more) {
    return rows.session(ORG, PATIENT, at(minutesAgo), more);
  }

  private static Instant at(int minutesAgo) {
    return now.minus(Duration.ofMinutes(minutesAgo));
  }

  private static List<UUID> found(String query) throws Exception {
    Answer answer = api.get(LIST + "?" + query, ADMIN);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<UUID> ids = new ArrayList<>();
    answer
        .json()
        .path("sessions")
        .forEach(s -> ids.add(UUID.fromString(s.path("session_id").asText())));
    return ids;
  }

  @Test
  void everyFigureHasItsList() throws Exception {
    assertThat(found("only=stalled")).containsExactly(leftAfterStall, stalled);
    assertThat(found("only=impacted")).containsExactly(playing, failed, leftAfterStall);
    assertThat(found("only=failed")).containsExactly(failed);
    assertThat(found("only=start_failed")).containsExactly(failed);
    assertThat(found("only=exited_before_start")).containsExactly(impatient);
    assertThat(found("only=exited_after_stall")).containsExactly(leftAfterStall);
    assertThat(found("only=completed")).containsExactly(stalled, smooth);
    assertThat(found("only=events_missing")).containsExactly(leftAfterStall);
    assertThat(found("only=counters_disagree")).containsExactly(impatient);
    assertThat(found("only=started")).containsExactly(playing, leftAfterStall, stalled, smooth);
  }

  @Test
  void conditionsAreCombined() throws Exception {
    assertThat(found("status=completed&device=iPad")).containsExactly(smooth);
    assertThat(found("status=completed&unreported=device")).containsExactly(stalled);
    assertThat(found("exercise=" + TestCoreApi.SLUG)).hasSize(6);
    assertThat(found("exercise=none")).isEmpty();
    assertThat(found("start_up_over_ms=8999")).containsExactly(playing);
    assertThat(found("ttfb_over_ms=89")).containsExactly(smooth);
    assertThat(found("resolution=720p&only=counters_disagree&limit=1")).containsExactly(impatient);
    assertThat(found("browser=" + URLEncoder.encode("=2+5", StandardCharsets.UTF_8)))
        .containsExactly(stalled);
    Answer wrong = api.get(LIST + "?only=good&status=well&unreported=os&ttfb_over_ms=-1", ADMIN);
    assertThat(wrong.json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("only", "status", "unreported", "ttfb_over_ms");
  }

  @Test
  void patientsAndExercisesHaveNames() throws Exception {
    JsonNode one = api.get(LIST + "?only=failed", ADMIN).json().path("sessions").path(0);
    assertThat(one.path("patient_name").asText()).isNotEmpty();
    assertThat(one.path("exercise_name").asText()).isEqualTo("Lumbar detensioning");
    JsonNode detail = api.get(LIST + "/" + failed, ADMIN).json();
    assertThat(detail.path("patient_name")).isEqualTo(one.path("patient_name"));
  }

  @Test
  void theFileHasTheListAndNoFormula() throws Exception {
    Answer answer = api.get(LIST + ".csv?only=stalled", ADMIN);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("text/csv; charset=utf-8");
    assertThat(answer.header("Content-Disposition"))
        .matches(".*sessions-20..-..-..-to-20..-..-...csv.*");
    assertThat(answer.header("X-Truncated")).isEqualTo("false");
    List<String> lines = answer.text().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("\ufeffsession_id,started_at,");
    assertThat(lines.get(1)).startsWith(leftAfterStall.toString());
    assertThat(lines.get(2)).contains(",\"'=2+5\",").doesNotContain(",=");
    assertThat(api.get("/v1/audit?from=" + now.minusSeconds(3600), ADMIN).text())
        .contains("sessions.exported");
  }

  @Test
  void whatPlaysNowIsOneAnswer() throws Exception {
    Answer answer = api.get("/v1/clinic/playing", ADMIN);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("sessions").asInt()).isEqualTo(1);
    assertThat(answer.json().at("/playing/0/session_id").asText()).isEqualTo(playing.toString());
  }
}
