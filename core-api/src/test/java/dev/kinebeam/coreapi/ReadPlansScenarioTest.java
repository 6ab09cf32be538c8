package dev.kinebeam.coreapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.TestPostgres;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The policy is part of the index's condition, its function inlined: the organisation is worked out
 * once for a scan and not once for a row, and no row of another organisation is even looked at.
 */
@Tag("servers")
class ReadPlansScenarioTest {
  private static final UUID ORG = UUID.randomUUID();
  private static TestPostgres postgres;
  private static Database gateway;

  @BeforeAll
  static void fill() throws Exception {
    postgres = TestPostgres.migrated();
    Jdbi.create(postgres.owner())
        .useHandle(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO media_session_metrics
                    (session_id, org_id, patient_id, media_id, render_id, started_at, last_event_at,
                     status, started_playing, watched_duration_seconds, completion_percent,
                     max_position_seconds, plays, pauses, seeks, milestone_percent, heartbeats,
                     buffering_count, total_buffering_duration_ms, stall_count, stall_duration_ms,
                     bitrate_switches, resolution_switches, dropped_frames, total_frames,
                     error_count, error_types, fatal_error, events_seen, events_missing,
                     counters_disagree, metrics_version)
                  SELECT gen_random_uuid(),
                         CASE WHEN i % 50 = 0 THEN ?::uuid ELSE gen_random_uuid() END,
                         gen_random_uuid(), 'media-' || i % 40, gen_random_uuid(),
                         now() - i * interval '10 seconds', now(), 'completed', true, 100, 100, 100,
                         1, 0, 0, 95, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', false, 20, 0, false, 1
                    FROM generate_series(1, 20000) AS i
                  """,
                  ORG);
              handle.execute("ANALYZE");
            });
    gateway = Database.over(postgres.as("gateway"));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static String plan(String condition) {
    List<String> lines =
        gateway.inOrg(
            ORG,
            handle ->
                handle
                    .createQuery(
                        "EXPLAIN SELECT count(*) FROM media_session_metrics WHERE " + condition)
                    .mapTo(String.class)
                    .list());
    return String.join("\n", lines);
  }

  @Test
  void aWindowIsReadByOrganisationAndTime() {
    String plan = plan("started_at >= now() - interval '6 hours' AND started_at < now()");
    assertThat(plan)
        .containsPattern("Index Cond: \\(\\(org_id = .*current_setting.*started_at >=")
        .doesNotContain("current_org(");
  }

  @Test
  void aVideoIsReadByOrganisationAndVideo() {
    assertThat(plan("media_id = 'media-0' AND started_at >= now() - interval '2 days'"))
        .containsPattern("Index Cond: \\(\\(org_id = .*current_setting")
        .doesNotContain("current_org(");
  }
}
