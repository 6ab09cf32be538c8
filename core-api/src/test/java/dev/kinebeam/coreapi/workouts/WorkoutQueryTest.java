package dev.kinebeam.coreapi.workouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Readiness of many workouts is one statement, which reads them by indexes. */
@Tag("servers")
class WorkoutQueryTest {
  private static final LocalDate DAY = LocalDate.of(2026, 6, 1);
  private static final Principal ADMIN =
      new Principal(Role.CLINIC_ADMIN, Optional.of(TestCoreApi.ORG), UUID.randomUUID());

  private static TestCoreApi api;

  @BeforeAll
  static void fill() throws Exception {
    api = TestCoreApi.start();
    api.owner()
        .useHandle(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO exercise_renders
                         (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status,
                          host, host_video_id, duration_seconds, finished_at)
                  SELECT gen_random_uuid(), exercise_id, 'hash ' || i, 'ro', 1, '{}', 'ready', 'own',
                         gen_random_uuid(), 20, now()
                    FROM exercises, generate_series(1, 2000) AS i WHERE slug = ?
                  """,
                  TestCoreApi.SLUG);
              handle.execute(
                  """
                  INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, created_by)
                  SELECT gen_random_uuid(), ?, ?, ?::date + i % 1000, 'a test'
                    FROM generate_series(1, 6000) AS i
                  """,
                  TestCoreApi.ORG, TestCoreApi.PATIENT, DAY);
              handle.execute(
                  """
                  INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id,
                                                 language, sets, render_id)
                  SELECT w.workout_id, p, w.org_id, w.patient_id, r.exercise_id, 'ro',
                         '[{"side":"left","reps":5}]', r.render_id
                    FROM (SELECT *, row_number() OVER (ORDER BY workout_id) AS n FROM workouts) AS w
                   CROSS JOIN generate_series(0, 2) AS p
                    JOIN (SELECT *, row_number() OVER (ORDER BY render_id) AS n FROM exercise_renders) AS r
                      ON r.n = (w.n * 3 + p) % 2000 + 1
                  """);
              handle.execute("ANALYZE workouts, workout_exercises, exercise_renders, exercises");
            });
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static WorkoutQuery.Filter from(LocalDate day) {
    return new WorkoutQuery.Filter(
        Optional.empty(), Optional.empty(), Optional.of(day), Optional.empty(), Optional.empty());
  }

  @Test
  void theReadinessOfFiveHundredIsOneStatement() {
    CountedStatements statements = CountedStatements.on(api.databaseAs("core_api"));
    Database database = Database.over(statements.source());
    int inAll =
        database.inOrg(
            TestCoreApi.ORG,
            handle -> {
              WorkoutAccess access = WorkoutAccess.of(handle, ADMIN);
              int before = statements.count();
              List<Workout> found = WorkoutQuery.list(handle, access, from(DAY), 500);
              assertThat(found).hasSize(500).allMatch(one -> one.exercises().size() == 3);
              return statements.count() - before;
            });
    assertThat(inAll).isEqualTo(1);
    assertThat(statements.count()).as("the counter counts").isGreaterThan(1);
  }

  @Test
  void itsPlanReadsByIndexes() {
    String plan =
        Database.over(api.databaseAs("core_api"))
            .inOrg(
                TestCoreApi.ORG,
                handle -> {
                  WorkoutAccess access = WorkoutAccess.of(handle, ADMIN);
                  String sql = WorkoutQuery.listSql(access, from(DAY.plusDays(300)));
                  return String.join(
                      "\n",
                      access
                          .bind(handle.createQuery("EXPLAIN " + sql))
                          .bind("from", DAY.plusDays(300))
                          .bind("most", 500)
                          .mapTo(String.class)
                          .list());
                });
    assertThat(plan)
        .contains("workouts_org_id_scheduled_for_workout_id_idx", "workout_exercises_pkey")
        .doesNotContain("Seq Scan on workout", "Seq Scan on exercise_renders")
        .doesNotContain("Sort Key: w.");
  }
}
