package dev.kinebeam.trials.past;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class PastSessionsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final PastVideo PRESCRIBED =
      new PastVideo(
          "lumbar-detensioning",
          DemoDatabase.mediaId("lumbar-detensioning"),
          Optional.of(new UUID(1, 2)),
          96,
          OptionalDouble.of(62.5));
  private static final List<PastVideo> VIDEOS =
      List.of(
          PRESCRIBED,
          PastVideo.whole(
              DemoDatabase.SHORT_EXERCISE, DemoDatabase.mediaId(DemoDatabase.SHORT_EXERCISE), 60));

  private static TestPostgres postgres;
  private static PastSessions past;
  private static int added;

  @BeforeAll
  static void write() throws Exception {
    postgres = TestPostgres.migrated();
    DemoDatabase database =
        new DemoDatabase(
            new Endpoints.Database(
                postgres.url("postgres"), new Endpoints.Login("postgres", ""), Map.of()));
    database.fill(PastSessions.people());
    past = PastSessions.before(NOW, VIDEOS);
    added = past.write(pipeline(), postgres.owner());
  }

  @AfterAll
  static void close() {
    postgres.close();
  }

  private static DatabaseSettings pipeline() {
    return new DatabaseSettings(postgres.url("pipeline"), "pipeline", "");
  }

  private static long number(String sql) {
    return Long.parseLong(postgres.rows("SELECT (" + sql + ")::bigint AS n").get(0).get("n"));
  }

  @Test
  void theSameDayGivesTheSameSessions() throws Exception {
    assertThat(number("SELECT count(*) FROM media_session_metrics")).isEqualTo(added);
    assertThat(PastSessions.before(NOW, VIDEOS).write(pipeline(), postgres.owner())).isZero();
  }

  @Test
  void everyClinicHasThreeWeeksUntilThisMorningInItsOwnZone() {
    for (Clinics.Clinic clinic : Clinics.ALL) {
      String days =
          "SELECT %s((started_at AT TIME ZONE '%s')::date)::text AS n FROM media_session_metrics"
              + " WHERE org_id = '%s'";
      assertThat(postgres.rows(days.formatted("max", clinic.zone(), clinic.orgId())).get(0))
          .containsEntry("n", "2026-11-30");
      assertThat(postgres.rows(days.formatted("min", clinic.zone(), clinic.orgId())).get(0))
          .containsEntry("n", LocalDate.of(2026, 11, 30).minusDays(PastPlan.DAYS).toString());
    }
  }

  @Test
  void theLastHalfHourIsLeftToWhoPlaysNow() {
    assertThat(
            number(
                "SELECT count(*) FROM media_session_metrics WHERE last_event_at > timestamptz '"
                    + NOW
                    + "' - interval '30 minutes'"))
        .isZero();
  }

  @Test
  void someHaveTroubleAndMostHaveNone() {
    assertThat(number("SELECT count(*) FROM media_session_errors WHERE fatal"))
        .isBetween(20L, 150L);
    assertThat(number("SELECT count(*) FROM media_session_metrics WHERE ended_by = 'timeout'"))
        .isPositive();
    assertThat(number("SELECT count(*) FROM media_session_metrics WHERE NOT started_playing"))
        .isBetween(10L, added / 10L);
    assertThat(number("SELECT count(*) FROM media_session_metrics WHERE status = 'completed'"))
        .isGreaterThan(added * 6 / 10);
    assertThat(number("SELECT count(DISTINCT device) FROM media_session_metrics")).isEqualTo(5);
    assertThat(number("SELECT count(DISTINCT connection_type) FROM media_session_metrics"))
        .isEqualTo(3);
  }

  @Test
  void stallsAreSomeOfTheTime() {
    for (Clinics.Clinic clinic : Clinics.ALL) {
      long perMille =
          number(
              "SELECT 1000 * sum(stall_duration_ms) / (1000 * sum(watched_duration_seconds))"
                  + " FROM media_session_metrics WHERE started_at > timestamptz '"
                  + NOW
                  + "' - interval '7 days' AND org_id = '"
                  + clinic.orgId()
                  + "'");
      assertThat(perMille).as(clinic.name()).isBetween(5L, 70L);
    }
  }

  @Test
  void rowsAreAsOldAsTheirLastEvent() {
    assertThat(
            number("SELECT count(*) FROM media_session_metrics WHERE updated_at <> last_event_at"))
        .isZero();
    assertThat(number("SELECT count(*) FROM media_waits WHERE updated_at > '" + NOW + "'"))
        .isZero();
    assertThat(number("SELECT count(*) FROM media_session_errors WHERE updated_at <> occurred_at"))
        .isZero();
  }

  @Test
  void workoutsAreEnteredOnceTheirRenderIsKnown() throws Exception {
    assertThat(past.prescribe(postgres.owner(), PRESCRIBED)).isZero();
    postgres.run(
        """
        INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                      recipe, status, host, host_video_id, duration_seconds)
        SELECT '%s', exercise_id, 'hash', 'ro', 1, '{"sets": [{"side": "left", "reps": 10}]}',
               'ready', 'own', 'video', 96
          FROM exercises WHERE slug = 'lumbar-detensioning'
        """
            .formatted(PRESCRIBED.renderId().orElseThrow()));
    int entered = past.prescribe(postgres.owner(), PRESCRIBED);
    assertThat(entered).isGreaterThan(1_000);
    assertThat(past.prescribe(postgres.owner(), PRESCRIBED)).isZero();
    assertThat(number("SELECT count(*) FROM workouts WHERE status = 'completed'"))
        .isBetween(entered * 3L / 10, entered * 7L / 10);
    assertThat(number("SELECT count(*) FROM workout_exercises")).isEqualTo(entered);
    assertThat(number("SELECT count(*) FROM audit_log WHERE action LIKE 'workout%'")).isZero();
  }
}
