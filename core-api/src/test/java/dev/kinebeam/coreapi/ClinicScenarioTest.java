package dev.kinebeam.coreapi;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ClinicScenarioTest {
  private static final String HEALTH = "/v1/clinic/video-health";
  private static final String SESSIONS = "/v1/media/sessions";
  private final Instant now = Instant.now();

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    insert(ORG, "completed", true, false, 1000L, 100, 2, 4000, Duration.ofMinutes(50));
    insert(ORG, "abandoned", true, false, 3000L, 20, 1, 1000, Duration.ofMinutes(40));
    insert(ORG, "error", false, true, null, 0, 0, 0, Duration.ofMinutes(30));
    insert(ORG, "abandoned", false, false, null, 0, 0, 0, Duration.ofMinutes(20));
    insert(ORG, "playing", true, false, 2000L, 5, 0, 0, Duration.ofMinutes(1));
    insert(OTHER_ORG, "completed", true, false, 9000L, 100, 50, 90_000, Duration.ofMinutes(10));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static void insert(
      UUID org,
      String status,
      boolean started,
      boolean fatal,
      Long loadMs,
      double watched,
      int stalls,
      long stallMs,
      Duration ago) {
    OffsetDateTime startedAt = Instant.now().minus(ago).atOffset(ZoneOffset.UTC);
    api.owner()
        .useHandle(
            handle ->
                handle
                    .createUpdate(
                        """
                        INSERT INTO media_session_metrics
                          (session_id, org_id, patient_id, media_id, started_at, last_event_at, status,
                           video_load_time_ms, asked_to_play, started_playing,
                           watched_duration_seconds,
                           completion_percent, max_position_seconds, plays, pauses, seeks,
                           milestone_percent, heartbeats, buffering_count,
                           total_buffering_duration_ms, stall_count, stall_duration_ms,
                           bitrate_switches, resolution_switches, dropped_frames, total_frames,
                           error_count, error_types, fatal_error, events_seen, events_missing,
                           counters_disagree, metrics_version)
                        VALUES (gen_random_uuid(), :org, :patient, 'media-1', :at, :at, :status,
                                :load, true, :started, :watched, 50, 10, 1, 0, 0, 0, 1, 0, 0, :stalls,
                                :stallMs, 0, 0, 0, 0, 0, ARRAY['TIMEOUT'], :fatal, 3, 0, false, 1)
                        """)
                    .bind("org", org)
                    .bind("patient", PATIENT)
                    .bind("at", startedAt)
                    .bind("status", status)
                    .bind("load", loadMs)
                    .bind("started", started)
                    .bind("watched", watched)
                    .bind("stalls", stalls)
                    .bind("stallMs", stallMs)
                    .bind("fatal", fatal)
                    .execute());
  }

  private static String admin(UUID org) {
    return Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
  }

  @Test
  void figuresAreSumsOfPartsWithTheirN() throws Exception {
    Answer answer = api.get(HEALTH, admin(ORG));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("sessions").asInt()).isEqualTo(5);
    assertThat(json.path("by_status").path("abandoned").asInt()).isEqualTo(2);
    assertThat(json.path("by_status").path("playing").asInt()).isEqualTo(1);
    assertThat(json.path("start_up_ms").path("n").asInt()).isEqualTo(3);
    assertThat(json.path("start_up_ms").path("p50").asDouble()).isEqualTo(2000);
    assertThat(json.path("start_up_ms").path("p95").asDouble()).isCloseTo(2900, within(0.1));
    assertThat(json.path("ttfb_ms").path("n").asInt()).isZero();
    assertThat(json.path("ttfb_ms").has("p50")).isFalse();
    assertThat(json.path("rebuffering").path("stalls").asInt()).isEqualTo(3);
    assertThat(json.path("rebuffering").path("ratio").asDouble())
        .isCloseTo(5000.0 / 130_000, within(1e-9));
    assertThat(json.path("completion").path("rate").asDouble()).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(json.path("start_failures").path("count").asInt()).isEqualTo(1);
    assertThat(json.path("exits_before_start").path("count").asInt()).isEqualTo(1);
    assertThat(json.path("playback_failures").path("rate").asDouble()).isEqualTo(0.2);
    assertThat(json.path("metrics_version").asInt()).isEqualTo(1);
    JsonNode top = json.path("top_stalling_exercises");
    assertThat(top).hasSize(1);
    assertThat(top.path(0).path("exercise").asText()).isEqualTo(TestCoreApi.SLUG);
    assertThat(top.path(0).path("stalls").asInt()).isEqualTo(3);
  }

  @Test
  void anOrganisationSeesItsOwnRowsOnly() throws Exception {
    JsonNode other = api.get(HEALTH, admin(OTHER_ORG)).json();
    assertThat(other.path("sessions").asInt()).isEqualTo(1);
    assertThat(other.path("start_up_ms").path("p50").asDouble()).isEqualTo(9000);

    JsonNode none = api.get(HEALTH, admin(UUID.randomUUID())).json();
    assertThat(none.path("sessions").asInt()).isZero();
    assertThat(none.path("rebuffering").has("ratio")).isFalse();
    assertThat(api.get(SESSIONS, admin(UUID.randomUUID())).json().path("sessions")).isEmpty();
  }

  @Test
  void theWindowIsTheCallers() throws Exception {
    String query =
        "?from=" + now.minus(Duration.ofMinutes(45)) + "&to=" + now.minus(Duration.ofMinutes(25));
    assertThat(api.get(HEALTH + query, admin(ORG)).json().path("sessions").asInt()).isEqualTo(2);
  }

  @Test
  void sessionsComeNewestFirstInPages() throws Exception {
    List<String> startedAt = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = api.get(SESSIONS + "?limit=2" + cursor, admin(ORG)).json();
      page.path("sessions").forEach(s -> startedAt.add(s.path("started_at").asText()));
      cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
      pages++;
    } while (!cursor.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(startedAt).hasSize(5).doesNotHaveDuplicates();
    assertThat(startedAt.stream().map(Instant::parse).toList())
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void sessionsAreFilteredByPatientAndMedia() throws Exception {
    String specialist = TestCoreApi.specialistToken();
    assertThat(api.get(SESSIONS + "?patient_id=" + PATIENT, specialist).json().path("sessions"))
        .hasSize(5);
    assertThat(
            api.get(SESSIONS + "?patient_id=" + UUID.randomUUID(), specialist)
                .json()
                .path("sessions"))
        .isEmpty();
    assertThat(api.get(SESSIONS + "?media_id=other", specialist).json().path("sessions")).isEmpty();
  }

  @Test
  void everyWrongParameterIsNamed() throws Exception {
    Answer answer = api.get(SESSIONS + "?patient_id=me&from=today&limit=0&cursor=!", admin(ORG));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("patient_id", "from", "limit", "cursor");
    assertThat(
            api.get(HEALTH + "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", admin(ORG))
                .status())
        .isEqualTo(400);
  }

  /** What the database could not even be asked is the caller's mistake and not ours. */
  @Test
  void whatTheDatabaseCannotHoldIsNamed() throws Exception {
    String far = "from=%2B900000-01-01T00:00:00Z&to=%2B900000-01-02T00:00:00Z";
    Answer answer = api.get(SESSIONS + "?media_id=a%00b&" + far, admin(ORG));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("media_id", "from", "to");
    String cursor =
        Base64.getUrlEncoder()
            .encodeToString(("+900000-01-01T00:00:00Z " + UUID.randomUUID()).getBytes(US_ASCII));
    assertThat(api.get(SESSIONS + "?cursor=" + cursor, admin(ORG)).status()).isEqualTo(400);
  }

  @Test
  void anUnavailableDatabaseIsAnsweredWith503() throws Exception {
    try (TestCoreApi lonely = TestCoreApi.start()) {
      lonely.postgres.run("ALTER DATABASE " + lonely.postgres.name() + " CONNECTION LIMIT 0");
      Answer answer = lonely.get(SESSIONS, admin(ORG));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isEqualTo("5");
    }
  }

  @Test
  void patientsSeeNoFigures() throws Exception {
    assertThat(api.get(HEALTH, TestCoreApi.patientToken()).status()).isEqualTo(403);
    assertThat(api.get(SESSIONS, TestCoreApi.patientToken()).status()).isEqualTo(403);
  }

  @Test
  void everyFigureIsComparedWithTheWindowBefore() throws Exception {
    String query =
        "?by=exercise&from="
            + now.minus(Duration.ofMinutes(35))
            + "&to="
            + now.minus(Duration.ofMinutes(15));
    JsonNode json = api.get(HEALTH + query, admin(ORG)).json();
    assertThat(json.path("sessions").asInt()).isEqualTo(2);
    assertThat(json.at("/previous/sessions").asInt()).isEqualTo(2);
    assertThat(json.at("/change/sessions/change").asInt()).isZero();
    assertThat(json.at("/change/playback_failures/value").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/change/playback_failures/previous").asDouble()).isZero();
    assertThat(json.at("/change/playback_failures/change").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/change/playback_failures").has("relative")).isFalse();
    assertThat(json.at("/change/start_up_p75_ms/n").asInt()).isZero();
    assertThat(json.at("/change/start_up_p75_ms/previous_n").asInt()).isEqualTo(2);
    assertThat(json.at("/change/start_up_p75_ms").has("change")).isFalse();
  }

  @Test
  void figuresAreBrokenDown() throws Exception {
    JsonNode json = api.get(HEALTH + "?by=exercise", admin(ORG)).json().path("breakdown");
    assertThat(json.path("by").asText()).isEqualTo("exercise");
    assertThat(json.path("groups")).hasSize(1);
    assertThat(json.at("/groups/0/exercise").asText()).isEqualTo(TestCoreApi.SLUG);
    assertThat(json.at("/groups/0/sessions").asInt()).isEqualTo(5);
    assertThat(json.at("/groups/0/start_up_ms/p50").asDouble()).isEqualTo(2000);
    assertThat(json.path("others").asInt()).isZero();
    for (String by : List.of("device", "browser", "connection")) {
      JsonNode unknown = api.get(HEALTH + "?by=" + by, admin(ORG)).json().path("breakdown");
      assertThat(unknown.path("groups")).as(by).hasSize(1);
      assertThat(unknown.path("groups").path(0).has("value")).isFalse();
    }
    assertThat(api.get(HEALTH + "?by=shoe_size", admin(ORG)).status()).isEqualTo(400);
    assertThat(api.get(HEALTH, admin(ORG)).json().has("breakdown")).isFalse();
  }

  @Test
  void theFunnelCountsSessionsAndPatients() throws Exception {
    JsonNode funnel = api.get(HEALTH, admin(ORG)).json().path("funnel");
    assertThat(funnel.at("/sessions/assigned").asInt()).as("nothing is prescribed").isZero();
    assertThat(funnel.at("/sessions/opened").asInt()).isEqualTo(5);
    assertThat(funnel.at("/sessions/started").asInt()).isEqualTo(3);
    assertThat(funnel.at("/sessions/completed").asInt()).isEqualTo(1);
    assertThat(funnel.at("/patients/opened").asInt()).isEqualTo(1);
    assertThat(funnel.at("/patients/completed").asInt()).isEqualTo(1);
  }

  @Test
  void onlyWhoAskedToPlayCanFailToStart() throws Exception {
    UUID org = UUID.randomUUID();
    SessionRows rows = new SessionRows(api.owner());
    Instant at = now.minus(Duration.ofMinutes(5));
    Map<String, Object> unseen = Map.of("started_playing", false);
    Map<String, Object> failed =
        Map.of("started_playing", false, "fatal_error", true, "status", "error");
    rows.session(org, PATIENT, at, Map.of());
    rows.session(org, PATIENT, at, unseen);
    rows.session(org, PATIENT, at, failed);
    for (Map<String, Object> row : List.of(unseen, failed)) {
      Map<String, Object> neverAsked = new HashMap<>(row);
      neverAsked.put("asked_to_play", false);
      rows.session(org, PATIENT, at, neverAsked);
    }
    JsonNode json = api.get(HEALTH, admin(org)).json();
    assertThat(json.path("sessions").asInt()).isEqualTo(5);
    assertThat(json.at("/start_failures/count").asInt()).isEqualTo(1);
    assertThat(json.at("/start_failures/n").asInt()).isEqualTo(3);
    assertThat(json.at("/exits_before_start/count").asInt()).isEqualTo(1);
    assertThat(json.at("/exits_before_start/n").asInt()).isEqualTo(5);
  }

  @Test
  void stallsOfTheWorstExercisesHaveTheirTimes() throws Exception {
    UUID org = UUID.randomUUID();
    SessionRows rows = new SessionRows(api.owner());
    Instant at = now.minus(Duration.ofMinutes(5));
    UUID session = rows.session(org, PATIENT, at, Map.of("stall_count", 3));
    for (long millis : new long[] {1000, 2000, 6000}) {
      rows.stall(org, PATIENT, session, at, Map.of("duration_ms", millis));
    }
    for (String cause : List.of("startup", "seek")) {
      rows.stall(org, PATIENT, session, at, Map.of("duration_ms", 60_000L, "cause", cause));
    }
    JsonNode worst = api.get(HEALTH, admin(org)).json().at("/top_stalling_exercises/0");
    assertThat(worst.path("stalls_n").asInt()).isEqualTo(3);
    assertThat(worst.path("avg_stall_ms").asDouble()).isEqualTo(3000);
    assertThat(worst.path("p95_stall_ms").asDouble()).isCloseTo(5600, within(1e-6));
  }
}
