package dev.kinebeam.coreapi.patients;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.SPECIALIST;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.coreapi.workouts.CountedStatements;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A clinic of six patients, five of whom one specialist treats. */
@Tag("servers")
class PatientRoutesTest {
  private static final UUID WELL = UUID.randomUUID();
  private static final UUID FAILED = UUID.randomUUID();
  private static final UUID STALLED = UUID.randomUUID();
  private static final UUID INACTIVE = UUID.randomUUID();
  private static final UUID OF_OTHERS = UUID.randomUUID();
  private static final String THERAPIST = TestCoreApi.specialistToken();
  private static final String ADMIN = Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID());

  private static TestCoreApi api;
  private static SessionRows rows;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    rows = new SessionRows(api.owner());
    patient(WELL, "Zoe Well");
    patient(FAILED, "Ștefan Ănescu");
    patient(STALLED, "Maria Stall");
    patient(INACTIVE, "Ion Inactive");
    patient(OF_OTHERS, "Alma Other");
    api.unlink(ORG, OF_OTHERS, SPECIALIST);
    for (int i = 1; i <= 4; i++) {
      rows.session(ORG, WELL, ago(i), Map.of("status", "completed", "completion_percent", 100.0));
      rows.session(
          ORG,
          STALLED,
          ago(i),
          Map.of(
              "status",
              "completed",
              "completion_percent",
              100.0,
              "watched_duration_seconds",
              90.0,
              "stall_count",
              2,
              "stall_duration_ms",
              10_000L,
              "events_missing",
              1));
    }
    rows.session(
        ORG,
        FAILED,
        ago(2),
        Map.of("status", "error", "fatal_error", true, "started_playing", false));
    rows.session(ORG, FAILED, ago(40), Map.of("fatal_error", true));
    rows.session(ORG, OF_OTHERS, ago(1), Map.of("fatal_error", true));
    workout(INACTIVE, 8, "visible");
    workout(INACTIVE, 9, "completed");
    workout(WELL, 1, "visible");
    workout(WELL, 2, "completed");
    workout(WELL, 3, "cancelled");
    workout(WELL, -2, "visible");
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Instant ago(int days) {
    return Instant.now().minus(Duration.ofDays(days));
  }

  private static void patient(UUID id, String name) {
    api.person(ORG, id, "patient");
    api.link(ORG, id, SPECIALIST);
    api.owner()
        .useHandle(
            handle ->
                handle.execute("UPDATE people SET display_name = ? WHERE person_id = ?", name, id));
  }

  private static void workout(UUID patient, int daysAgo, String status) {
    LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(daysAgo);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status,"
                        + " created_by, ended_at) VALUES (gen_random_uuid(), ?, ?, ?, ?, 'x',"
                        + " CASE WHEN ? = 'completed' THEN ?::date END)",
                    ORG,
                    patient,
                    day,
                    status,
                    status,
                    day));
  }

  private static JsonNode get(String path, String token) throws Exception {
    Answer answer = api.get(path, token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> names(JsonNode page) {
    List<String> names = new ArrayList<>();
    page.path("patients").forEach(one -> names.add(one.path("display_name").asText()));
    return names;
  }

  @Test
  void thoseWithTroubleComeFirstAndSayWhy() throws Exception {
    JsonNode page = get("/v1/patients", THERAPIST);
    assertThat(names(page))
        .containsExactly("Ștefan Ănescu", "Maria Stall", "Ion Inactive", "Person", "Zoe Well");
    JsonNode failed = page.at("/patients/0");
    assertThat(failed.path("reasons")).hasSize(1);
    assertThat(failed.at("/reasons/0/code").asText()).isEqualTo("failed_start");
    assertThat(failed.at("/reasons/0/count").asInt()).isEqualTo(1);
    assertThat(failed.at("/reasons/0/n").asInt()).as("the one 40 days ago is outside").isEqualTo(1);
    JsonNode stalled = page.at("/patients/1");
    assertThat(stalled.at("/reasons/0/share").asDouble()).isEqualTo(0.1);
    assertThat(stalled.at("/playback/incomplete_sessions").asInt()).isEqualTo(4);
    assertThat(page.at("/patients/2/reasons/0/days").asInt()).isGreaterThanOrEqualTo(8);
    assertThat(page.path("total").asInt()).isEqualTo(5);
    assertThat(page.path("with_trouble").asInt()).isEqualTo(3);
    assertThat(page.at("/window/days").asInt()).isEqualTo(14);
    assertThat(page.path("reasons").findValuesAsText("code"))
        .containsExactly("failed_start", "stalling", "inactive");
  }

  @Test
  void adherenceCountsWorkoutsUpToToday() throws Exception {
    JsonNode well = get("/v1/patients/" + WELL, THERAPIST);
    assertThat(well.at("/adherence/assigned").asInt()).isEqualTo(2);
    assertThat(well.at("/adherence/started").asInt()).as("one was played on its day").isEqualTo(2);
    assertThat(well.at("/adherence/completed").asInt()).isEqualTo(1);
    assertThat(well.path("weeks")).hasSize(12);
    int sessions = 0;
    for (JsonNode week : well.path("weeks")) {
      sessions += week.at("/playback/sessions").asInt();
    }
    assertThat(sessions).isEqualTo(4);
    assertThat(get("/v1/patients/" + WELL + "?weeks=3", THERAPIST).path("weeks")).hasSize(3);
  }

  @Test
  void namesAreFoundWithoutTheirDiacritics() throws Exception {
    assertThat(names(get("/v1/patients?q=stefan%20anesc", THERAPIST)))
        .containsExactly("Ștefan Ănescu");
    assertThat(names(get("/v1/patients?q=%C8%98TEF", THERAPIST))).containsExactly("Ștefan Ănescu");
    assertThat(names(get("/v1/patients?q=%25", THERAPIST))).isEmpty();
    assertThat(api.get("/v1/patients?q=" + "x".repeat(101), THERAPIST).status()).isEqualTo(400);
  }

  @Test
  void pagesFollowEachOther() throws Exception {
    List<String> all = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get("/v1/patients?limit=2" + next, THERAPIST);
      all.addAll(names(page));
      next = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(all).isEqualTo(names(get("/v1/patients", THERAPIST)));
    assertThat(names(get("/v1/patients?reason=stalling", THERAPIST)))
        .containsExactly("Maria Stall");
    assertThat(api.get("/v1/patients?reason=bad", THERAPIST).status()).isEqualTo(400);
    assertThat(api.get("/v1/patients?cursor=bad", THERAPIST).status()).isEqualTo(400);
  }

  /** The page asks again every 30 seconds. */
  @Test
  void aPatientThatIsReadAgainAndAgainIsInTheAuditLogOnceAnHour() throws Exception {
    UUID reader = UUID.randomUUID();
    String token = Tokens.of(Role.CLINIC_ADMIN, ORG, reader);
    for (int i = 0; i < 3; i++) {
      get("/v1/patients/" + STALLED, token);
      get("/v1/patients/" + STALLED + "/sessions", token);
    }
    get("/v1/patients/" + WELL, token);
    String entries = "/v1/audit?actor=" + reader;
    assertThat(get(entries, ADMIN).path("entries").findValuesAsText("action"))
        .containsExactlyInAnyOrder("patient.read", "patient.sessions_listed", "patient.read");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE audit_log SET at = at - interval '61 minutes' WHERE actor = ?",
                    reader.toString()));
    get("/v1/patients/" + WELL, token);
    assertThat(get(entries, ADMIN).path("entries")).hasSize(4);
  }

  @Test
  void whoIsNotReachedIsNotThere() throws Exception {
    assertThat(names(get("/v1/patients", ADMIN))).contains("Alma Other").hasSize(6);
    assertThat(api.get("/v1/patients/" + OF_OTHERS, THERAPIST).status()).isEqualTo(404);
    assertThat(api.get("/v1/patients/" + OF_OTHERS, ADMIN).status()).isEqualTo(200);
    String stranger = Tokens.of(Role.CLINIC_ADMIN, OTHER_ORG, UUID.randomUUID());
    assertThat(api.get("/v1/patients/" + WELL, stranger).status()).isEqualTo(404);
    assertThat(names(get("/v1/patients", stranger))).isEmpty();
  }

  @Test
  void aPatientsSessionsAreThoseOfThePatientAndOfTheFilter() throws Exception {
    String sessions = "/v1/patients/" + STALLED + "/sessions";
    String window = "?from=" + ago(30) + "&limit=3";
    JsonNode first = get(sessions + window, THERAPIST);
    assertThat(first.path("sessions")).hasSize(3);
    JsonNode second = get(sessions + window + "&cursor=" + first.path("next").asText(), THERAPIST);
    assertThat(second.path("sessions")).hasSize(1);
    assertThat(second.has("next")).isFalse();
    assertThat(get(sessions + window + "&only=stopped_early", THERAPIST).path("sessions"))
        .isEmpty();
    assertThat(api.get("/v1/patients/" + OF_OTHERS + "/sessions", THERAPIST).status())
        .isEqualTo(404);
    assertThat(api.get(sessions + "?patient_id=" + WELL, THERAPIST).status()).isEqualTo(400);
  }

  /** However many patients there are: one statement, and one that says how it is to be run. */
  @Test
  void theListIsOneStatement() {
    CountedStatements statements = CountedStatements.on(api.databaseAs("core_api"));
    Principal admin = new Principal(Role.CLINIC_ADMIN, Optional.of(ORG), UUID.randomUUID());
    int inAll =
        Database.over(statements.source())
            .inOrg(
                ORG,
                handle -> {
                  PatientAccess access = PatientAccess.of(handle, admin);
                  Days days = Days.upTo(Instant.now(), 14, ZoneOffset.UTC);
                  int before = statements.count();
                  assertThat(PatientsQuery.list(handle, access, days, Optional.empty())).hasSize(6);
                  return statements.count() - before;
                });
    assertThat(inAll).isEqualTo(2);
  }

  /** The index alone answers: by its conditions, and no row of the table is read. */
  @Test
  void aPatientIsReadFromTheIndex() {
    String sql =
        "EXPLAIN SELECT sum(stall_count), max(effective_bandwidth) FROM media_session_metrics"
            + " WHERE patient_id = '"
            + WELL
            + "' AND started_at >= now() - interval '14 days'";
    List<String> plan =
        Database.over(api.databaseAs("core_api"))
            .inOrg(
                ORG,
                handle -> {
                  handle.execute("SET LOCAL enable_seqscan = off");
                  handle.execute("SET LOCAL enable_bitmapscan = off");
                  return handle.createQuery(sql).mapTo(String.class).list();
                });
    assertThat(String.join("\n", plan))
        .contains("Index Only Scan")
        .containsPattern("Index Cond: \\(\\(org_id = .*patient_id = .*started_at >=");
  }
}
