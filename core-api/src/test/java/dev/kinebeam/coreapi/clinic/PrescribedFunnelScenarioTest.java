package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The funnel of what was prescribed, on a day of 25 hours in the clinic's zone: the night between
 * 24 and 25 October 2026 has an hour twice in Bucharest.
 */
@Tag("servers")
class PrescribedFunnelScenarioTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-10-24T21:00:00Z");
  private static final Instant NEXT_MIDNIGHT = Instant.parse("2026-10-25T22:00:00Z");

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    api.owner()
        .useHandle(
            handle -> handle.execute("UPDATE organizations SET time_zone = 'Europe/Bucharest'"));
    UUID day = workout("2026-10-25", "visible");
    for (String recipe : new String[] {"bend", "turn", "lift", "omitted"}) {
      exercise(day, recipe);
    }
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE workout_exercises SET left_out = true WHERE position = ascii('o')"));
    exercise(workout("2026-10-25", "preparing"), "bend");
    exercise(workout("2026-10-25", "cancelled"), "bend");
    exercise(workout("2026-10-26", "completed"), "lift");
    sessions();
  }

  private static void sessions() {
    session(NEXT_MIDNIGHT.minusSeconds(60), "bend", 2, "completed", true);
    session(MIDNIGHT.plusSeconds(60), "bend", 1, "abandoned", true);
    session(MIDNIGHT, "turn", 1, "abandoned", true);
    session(MIDNIGHT.plusSeconds(3600), "preview", 1, "completed", true);
    session(NEXT_MIDNIGHT, "lift", 1, "abandoned", false);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static UUID workout(String day, String status) {
    UUID id = UUID.randomUUID();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO workouts
                           (workout_id, org_id, patient_id, scheduled_for, status, created_by)
                    VALUES (?, ?, ?, ?::date, ?, 'a test')
                    """,
                    id,
                    TestCoreApi.ORG,
                    TestCoreApi.PATIENT,
                    day,
                    status));
    return id;
  }

  /** At a position of its own, by the first character of its recipe. */
  private static void exercise(UUID workout, String recipe) {
    UUID render = render(recipe, 1);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO workout_exercises (workout_id, position, org_id, patient_id,
                                                   exercise_id, language, sets, render_id)
                    SELECT w.workout_id, ?, w.org_id, w.patient_id, r.exercise_id, 'ro', '[]',
                           r.render_id
                      FROM workouts AS w, exercise_renders AS r
                     WHERE w.workout_id = ? AND r.render_id = ?
                    """,
                    (int) recipe.charAt(0),
                    workout,
                    render));
  }

  /** The render of a recipe; there is one of each asset version. */
  private static UUID render(String recipe, int version) {
    UUID id = UUID.nameUUIDFromBytes((recipe + version).getBytes(UTF_8));
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language,
                                                  asset_version, recipe, status)
                    SELECT ?, exercise_id, ?, 'ro', ?, '{}', 'queued' FROM exercises WHERE slug = ?
                    ON CONFLICT DO NOTHING
                    """,
                    id,
                    recipe,
                    version,
                    TestCoreApi.SLUG));
    return id;
  }

  private static void session(
      Instant at, String recipe, int version, String status, boolean started) {
    Map<String, Object> more = new HashMap<>();
    more.put("render_id", render(recipe, version));
    more.put("status", status);
    more.put("started_playing", started);
    new SessionRows(api.owner()).session(TestCoreApi.ORG, TestCoreApi.PATIENT, at, more);
  }

  private static JsonNode funnel(Instant from, Instant to) throws Exception {
    String admin = Tokens.of(Role.CLINIC_ADMIN, TestCoreApi.ORG, UUID.randomUUID());
    return api.get("/v1/clinic/video-health?from=" + from + "&to=" + to, admin)
        .json()
        .path("funnel");
  }

  private static int[] steps(JsonNode steps) {
    return new int[] {
      steps.path("assigned").asInt(-1),
      steps.path("opened").asInt(-1),
      steps.path("started").asInt(-1),
      steps.path("completed").asInt(-1)
    };
  }

  @Test
  void whatWasPrescribedIsCountedOnItsDay() throws Exception {
    JsonNode funnel = funnel(MIDNIGHT, NEXT_MIDNIGHT);
    assertThat(steps(funnel.path("exercises"))).containsExactly(3, 2, 2, 1);
    assertThat(steps(funnel.path("sessions"))).as("the preview too").containsExactly(3, 4, 4, 2);
    assertThat(steps(funnel.path("patients"))).containsExactly(1, 1, 1, 1);
  }

  @Test
  void theNextDayIsAnother() throws Exception {
    JsonNode funnel = funnel(NEXT_MIDNIGHT, NEXT_MIDNIGHT.plusSeconds(86_400));
    assertThat(steps(funnel.path("exercises"))).containsExactly(1, 1, 0, 0);
  }

  @Test
  void aDayThatBeganBeforeTheWindowIsNotInIt() throws Exception {
    assertThat(steps(funnel(MIDNIGHT.plusSeconds(1), NEXT_MIDNIGHT).path("exercises")))
        .containsExactly(0, 0, 0, 0);
  }

  /** A whole video that is imported anew is another render, and none has the old one's id. */
  @Test
  void aSessionOfAReplacedRenderCountsByItsExercise() throws Exception {
    exercise(workout("2026-10-18", "visible"), "replaced");
    Instant morning = Instant.parse("2026-10-18T06:00:00Z");
    new SessionRows(api.owner())
        .session(
            TestCoreApi.ORG,
            TestCoreApi.PATIENT,
            morning,
            Map.of("media_id", "media-1", "render_id", UUID.randomUUID()));
    assertThat(
            steps(
                funnel(morning.minusSeconds(12 * 3600), morning.plusSeconds(12 * 3600))
                    .path("exercises")))
        .containsExactly(1, 1, 1, 0);
  }

  /** Players that do not say which render they play are counted by the exercise. */
  @Test
  void aSessionWithoutARenderCountsByItsExercise() throws Exception {
    exercise(workout("2026-10-20", "visible"), "whole");
    Instant morning = Instant.parse("2026-10-20T06:00:00Z");
    new SessionRows(api.owner())
        .session(TestCoreApi.ORG, TestCoreApi.PATIENT, morning, Map.of("media_id", "media-1"));
    assertThat(
            steps(
                funnel(morning.minusSeconds(12 * 3600), morning.plusSeconds(12 * 3600))
                    .path("exercises")))
        .containsExactly(1, 1, 1, 0);
  }

  private static void count() {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "SELECT count_media_day(org, wanted) FROM uncounted_media_days(1000)"));
  }

  private static long countedDays() {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM media_session_days"
                            + " WHERE org_id = :org AND kind = 'all' AND day = '2026-10-26'")
                    .bind("org", TestCoreApi.ORG)
                    .mapTo(Long.class)
                    .one());
  }

  /** Every change of a workout of a counted day, its day's figures, and those of the whole week. */
  @Test
  void countedDaysHaveTheSameFunnel() throws Exception {
    Instant week = MIDNIGHT.minusSeconds(6 * 86_400);
    Instant inADay = NEXT_MIDNIGHT.plusSeconds(40_000);
    for (String change :
        List.of(
            "SELECT 1",
            "UPDATE workouts SET status = 'cancelled' WHERE scheduled_for = '2026-10-26'",
            "UPDATE workouts SET status = 'completed' WHERE scheduled_for = '2026-10-26'",
            "UPDATE workout_exercises SET left_out = true WHERE position = ascii('l')",
            "UPDATE workout_exercises SET left_out = false WHERE position = ascii('l')",
            "UPDATE media_session_metrics SET status = 'completed', started_playing = true"
                + " WHERE started_at = '"
                + NEXT_MIDNIGHT
                + "'",
            "UPDATE media_session_metrics SET status = 'abandoned', started_playing = false"
                + " WHERE started_at = '"
                + NEXT_MIDNIGHT
                + "'")) {
      count();
      assertThat(countedDays()).isEqualTo(1);
      JsonNode counted = funnel(week, inADay);
      api.owner().useHandle(handle -> handle.execute("DELETE FROM media_session_days"));
      assertThat(funnel(week, inADay)).as(change).isEqualTo(counted);
      count();
      api.owner().useHandle(handle -> handle.execute(change));
      assertThat(countedDays()).as(change).isEqualTo(change.equals("SELECT 1") ? 1 : 0);
      JsonNode changed = funnel(week, inADay);
      count();
      assertThat(funnel(week, inADay)).as(change).isEqualTo(changed);
    }
  }

  @Test
  void aDayThatIsRightIsNotChangedByCountingItAgain() {
    count();
    String again = "SELECT count_media_day(:org, '2026-10-25')";
    assertThat(answer(again)).isFalse();
    api.owner().useHandle(handle -> handle.execute("UPDATE patient_days SET opened = opened + 1"));
    assertThat(answer(again)).isTrue();
    assertThat(answer(again)).isFalse();
  }

  private static boolean answer(String sql) {
    return api.owner()
        .withHandle(
            handle ->
                handle.createQuery(sql).bind("org", TestCoreApi.ORG).mapTo(Boolean.class).one());
  }
}
