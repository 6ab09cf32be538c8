package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.body;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.today;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.coreapi.portal.Languages;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A patient's day: what the player gets of it, and where it says that the patient stopped. */
@Tag("servers")
class TodayScenarioTest {
  private static final String TODAY = "/v1/portal/today";

  private static TestCoreApi api;
  private static TestWorkouts workouts;

  private UUID patient;
  private String token;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    workouts = new TestWorkouts(api);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void aNewPatient() {
    patient = UUID.randomUUID();
    token = Tokens.of(Role.PATIENT, TestCoreApi.ORG, patient);
    api.person(TestCoreApi.ORG, patient, "patient");
    api.link(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
  }

  private String prescribed(LocalDate day, String... items) throws Exception {
    return workouts.prescribedBy(body(patient, day, items));
  }

  private JsonNode seen() throws Exception {
    return seen("");
  }

  private JsonNode seen(String query) throws Exception {
    Answer answer = api.get(TODAY + query, token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private Answer put(String path, String body) throws Exception {
    return put(path, body, token);
  }

  private static Answer put(String path, String body, String token) throws Exception {
    return api.send(
        api.request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body, UTF_8)));
  }

  private static void ready(ComposeOrder order) {
    workouts.ready(
        order,
        List.of(
            new Segment("intro", 0, null, null, 0, 4, List.of()),
            new Segment("set", 1, "left", 0, 4, 20, List.of(4.0, 12.0, 20.0))));
  }

  @Test
  void aPlayerHasAllThatItNeeds() throws Exception {
    String slug = workouts.exercise("all-it-needs");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE exercises SET translations = '{\"ro\":{\"display_name\":\"Aplecare\"}}'"
                        + " WHERE slug = ?",
                    slug));
    prescribed(today(), item(slug, 5), item(slug, 10));
    JsonNode before = seen();
    assertThat(before.path("workouts")).isEmpty();
    assertThat(before.path("preparing").asInt()).isEqualTo(1);
    ready(order(slug, 5, 1));
    ready(order(slug, 10, 1));

    JsonNode day = seen("?language=ro");
    assertThat(day.path("day").asText()).isEqualTo(today().toString());
    assertThat(day.path("time_zone").asText()).isEqualTo("UTC");
    assertThat(day.path("preparing").asInt()).isZero();
    JsonNode first = day.at("/workouts/0/exercises/0");
    assertThat(first.path("display_name").asText()).isEqualTo("Aplecare");
    assertThat(first.path("name_language").asText()).isEqualTo("ro");
    assertThat(first.at("/sets/0/reps").asInt()).isEqualTo(5);
    assertThat(first.path("media_id").asText()).isEqualTo("media-" + slug);
    assertThat(first.has("progress")).isFalse();
    assertThat(first.path("sources")).hasSize(1);
    JsonNode video = first.at("/sources/0");
    assertThat(video.path("kind").asText()).isEqualTo("default");
    assertThat(video.path("media_id").asText()).isEqualTo("media-" + slug);
    assertThat(video.path("duration_seconds").asDouble()).isEqualTo(20);
    assertThat(video.path("render_id").asText()).isEqualTo(order(slug, 5, 1).renderId().toString());
    assertThat(video.path("playback_hls_url").asText()).startsWith("https://videos.example/");
    assertThat(video.at("/segments/1/reps")).hasSize(3);
    Instant expires = Instant.parse(video.path("playback_expires_at").asText());
    assertThat(Instant.parse(video.path("playback_renew_at").asText()))
        .isEqualTo(expires.minus(Duration.ofMinutes(10)));
    JsonNode unnamed = seen("?language=de").at("/workouts/0/exercises/0");
    assertThat(unnamed.path("display_name").asText())
        .as("without a German name that of the video's language")
        .isEqualTo("Aplecare");
    assertThat(unnamed.has("name_language")).isFalse();
  }

  @Test
  void otherDaysAreNotShownAndTheNextOneIsNamed() throws Exception {
    String slug = workouts.exercise("other-days");
    prescribed(today().plusDays(3), item(slug, 5));
    prescribed(today().plusDays(2), item(slug, 5));
    ready(order(slug, 5, 1));
    JsonNode day = seen();
    assertThat(day.path("workouts")).isEmpty();
    assertThat(day.path("preparing").asInt()).isZero();
    assertThat(day.path("next_day").asText()).isEqualTo(today().plusDays(2).toString());
    assertThat(api.get(TODAY, TestWorkouts.PATIENT).text()).doesNotContain(slug);
  }

  @Test
  void theDayIsThatOfTheClinicsZone() throws Exception {
    String slug = workouts.exercise("clinics-day");
    prescribed(today(), item(slug, 5));
    ready(order(slug, 5, 1));
    Principal caller = new Principal(Role.PATIENT, Optional.of(TestCoreApi.ORG), patient);
    Instant lateEvening = today().plusDays(1).atStartOfDay(java.time.ZoneOffset.UTC).toInstant();
    Languages none = new Languages(List.of());
    Database database = Database.over(api.databaseAs("core_api"));
    zone("Europe/Bucharest");
    try {
      assertThat(
              database
                  .inOrg(
                      TestCoreApi.ORG,
                      handle ->
                          TodayQuery.read(handle, caller, none, lateEvening.minusSeconds(7201)))
                  .workouts())
          .hasSize(1);
      assertThat(
              database
                  .inOrg(
                      TestCoreApi.ORG,
                      handle ->
                          TodayQuery.read(handle, caller, none, lateEvening.minusSeconds(7199)))
                  .workouts())
          .as("it is past midnight in Bucharest")
          .isEmpty();
    } finally {
      zone("UTC");
    }
  }

  private static void zone(String zone) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE organizations SET time_zone = ? WHERE org_id = ?",
                    zone,
                    TestCoreApi.ORG));
  }

  @Test
  void thePatientGoesOnWhereTheyStopped() throws Exception {
    String slug = workouts.exercise("goes-on");
    String path = prescribed(today(), item(slug, 5), item(slug, 10));
    String second = path + "/exercises/1/progress";
    assertThat(put(second, "{\"position_ms\":1}").status()).as("not visible").isEqualTo(404);
    ready(order(slug, 5, 1));
    ready(order(slug, 10, 1));

    assertThat(put(second, "{\"position_ms\":12345}").json().path("position_ms").asInt())
        .isEqualTo(12345);
    JsonNode progress = seen().at("/workouts/0/exercises/1/progress");
    assertThat(progress.path("position_ms").asInt()).isEqualTo(12345);
    assertThat(progress.path("finished").asBoolean()).isFalse();
    put(second, "{\"position_ms\":20000,\"finished\":true}");
    put(second, "{\"position_ms\":3000}");
    JsonNode again = seen().at("/workouts/0/exercises/1/progress");
    assertThat(again.path("position_ms").asInt()).isEqualTo(3000);
    assertThat(again.path("finished").asBoolean()).as("once finished").isTrue();

    assertThat(workouts.post(path + "/complete", "{}", token).status()).isEqualTo(200);
    assertThat(seen().at("/workouts/0/status").asText()).isEqualTo("completed");
  }

  @Test
  void progressIsTheOwnPatientsAlone() throws Exception {
    String slug = workouts.exercise("own-alone");
    String path = prescribed(today(), item(slug, 5));
    ready(order(slug, 5, 1));
    String one = path + "/exercises/0/progress";
    assertThat(put(one, "{\"position_ms\":1}", TestWorkouts.PATIENT).status()).isEqualTo(404);
    assertThat(
            put(one, "{\"position_ms\":1}", Tokens.of(Role.PATIENT, TestCoreApi.OTHER_ORG, patient))
                .status())
        .isEqualTo(404);
    assertThat(put(one, "{\"position_ms\":1}", SPECIALIST).status()).isEqualTo(403);
    assertThat(put(path + "/exercises/7/progress", "{\"position_ms\":1}").status()).isEqualTo(404);
    assertThat(put(path + "/exercises/x/progress", "{\"position_ms\":1}").status()).isEqualTo(404);
    assertThat(
            workouts.count("SELECT count(*) FROM workout_progress WHERE patient_id = ?", patient))
        .isZero();
    for (String bad :
        List.of("{}", "{\"position_ms\":-1}", "{\"position_ms\":1.5}", "{\"seconds\":1}", "[]")) {
      assertThat(put(one, bad).status()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void progressIsExportedAndErased() throws Exception {
    String slug = workouts.exercise("progress-erased");
    String path = prescribed(today(), item(slug, 5));
    ready(order(slug, 5, 1));
    put(path + "/exercises/0/progress", "{\"position_ms\":777}");
    assertThat(relation("export_patient(?, ?, 'a test')", "content LIKE '%777%'"))
        .containsExactly("workout_progress");
    assertThat(
            relation(
                "erase_patient(?, ?, 'a test', false)", "relation LIKE 'workout%' AND removed = 1"))
        .containsExactlyInAnyOrder("workouts", "workout_exercises", "workout_progress");
    assertThat(put(path + "/exercises/0/progress", "{\"position_ms\":1}").status()).isEqualTo(404);
  }

  private List<String> relation(String function, String condition) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .select(
                        "SELECT relation FROM " + function + " WHERE " + condition,
                        TestCoreApi.ORG,
                        patient)
                    .mapTo(String.class)
                    .list());
  }

  @Test
  void aDayOfManyWorkoutsTakesAsManyStatementsAsOneOfNone() throws Exception {
    String slug = workouts.exercise("many");
    Principal caller = new Principal(Role.PATIENT, Optional.of(TestCoreApi.ORG), patient);
    CountedStatements statements = CountedStatements.on(api.databaseAs("core_api"));
    Database database = Database.over(statements.source());
    int ofNone = statementsOf(statements, database, caller);
    for (int i = 0; i < 4; i++) {
      prescribed(today(), item(slug, 5), item(slug, 10), item(slug, 15));
    }
    ready(order(slug, 5, 1));
    ready(order(slug, 10, 1));
    ready(order(slug, 15, 1));
    assertThat(seen().path("workouts")).hasSize(4);
    assertThat(statementsOf(statements, database, caller)).isEqualTo(ofNone).isLessThanOrEqualTo(6);
  }

  private static int statementsOf(
      CountedStatements statements, Database database, Principal caller) {
    int before = statements.count();
    database.inOrg(
        TestCoreApi.ORG,
        handle ->
            TodayQuery.read(
                handle, caller, new Languages(List.of("ro")), Clock.systemUTC().instant()));
    return statements.count() - before;
  }

  @Test
  void openingTheDayOrdersNewerVersions() throws Exception {
    String slug = workouts.exercise("newer-today");
    prescribed(today(), item(slug, 5));
    ready(order(slug, 5, 1));
    workouts.version(slug, 2);
    assertThat(seen().at("/workouts/0/exercises/0/sources/0/render_id").asText())
        .isEqualTo(order(slug, 5, 1).renderId().toString());
    ready(order(slug, 5, 2));
    assertThat(seen().at("/workouts/0/exercises/0/sources/0/render_id").asText())
        .isEqualTo(order(slug, 5, 2).renderId().toString());
  }

  @Test
  void theNextAddressIsOfOwnVideosOnly() throws Exception {
    String slug = workouts.exercise("next-address");
    prescribed(today(), item(slug, 5));
    String path = "/v1/videos/" + order(slug, 5, 1).renderId() + "/playback";
    assertThat(api.get(path, token).status()).as("not ready").isEqualTo(404);
    ready(order(slug, 5, 1));
    Answer next = api.get(path, token);
    assertThat(next.status()).as(next.text()).isEqualTo(200);
    assertThat(next.json().path("playback_hls_url").asText()).startsWith("https://videos.example/");
    Instant expires = Instant.parse(next.json().path("playback_expires_at").asText());
    assertThat(expires).isAfter(Instant.now().plus(Duration.ofMinutes(55)));
    assertThat(next.json().path("playback_renew_at").asText()).isNotEmpty();

    assertThat(api.get(path, TestWorkouts.PATIENT).status()).as("another patient").isEqualTo(404);
    assertThat(api.get(path, SPECIALIST).status()).isEqualTo(200);
    assertThat(
            api.get(path, Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID())).status())
        .isEqualTo(200);
    assertThat(api.get("/v1/videos/" + UUID.randomUUID() + "/playback", token).status())
        .isEqualTo(404);
    assertThat(api.get("/v1/videos/x/playback", token).status()).isEqualTo(404);
  }
}
