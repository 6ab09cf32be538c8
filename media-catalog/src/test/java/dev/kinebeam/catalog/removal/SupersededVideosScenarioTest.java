package dev.kinebeam.catalog.removal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos of earlier asset versions are deleted by the worker, when nothing uses them. */
@Tag("servers")
class SupersededVideosScenarioTest {
  /** A session whose last event came 59 minutes ago. */
  private static final String SESSION =
      """
      INSERT INTO media_session_metrics
        (session_id, org_id, patient_id, render_id, started_at, last_event_at, status,
         started_playing, watched_duration_seconds, completion_percent, max_position_seconds,
         plays, pauses, seeks, milestone_percent, heartbeats, buffering_count,
         total_buffering_duration_ms, stall_count, stall_duration_ms, bitrate_switches,
         resolution_switches, dropped_frames, total_frames, error_count, error_types, fatal_error,
         events_seen, events_missing, counters_disagree, metrics_version)
      SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), render_id,
             now() - interval '3 hours', now() - interval '59 minutes', 'playing', true, 1, 1, 1,
             1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', false, 1, 0, false, 1
        FROM r
      """;

  private static TestPostgres postgres;

  private final TestHost host = new TestHost();
  private Removals removals;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    postgres.run("SELECT ensure_media_partitions(now(), 1, 1)");
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void open() {
    postgres.empty(
        "replaced_videos",
        "render_claims",
        "preview_orders",
        "exercise_previews",
        "media_session_metrics");
    postgres.run("UPDATE exercises SET catalog_render_id = NULL");
    postgres.empty("render_changes", "exercise_renders");
    removals =
        new Removals(
            Database.over(postgres.as("worker")),
            host,
            Duration.ofHours(1),
            Optional.of(Duration.ofHours(6)));
  }

  @AfterEach
  void close() {
    removals.close();
  }

  private static String count(String table) {
    return postgres.rows("SELECT count(*) AS n FROM " + table).get(0).get("n");
  }

  /** A ready render of an earlier asset version than the exercise's present one. */
  private UUID superseded(String video) {
    UUID render = UUID.randomUUID();
    host.videos.put(video, "title of " + video);
    postgres.run(
        """
        INSERT INTO exercises (slug, kind, display_name, asset_version)
        VALUES ('versioned', 'reps_based', 'A', 2) ON CONFLICT DO NOTHING;
        INSERT INTO exercise_renders
          (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, host,
           host_video_id, duration_seconds, segments)
        SELECT '%s', exercise_id, 'h-%s', 'ro', 1, '{}', 'ready', 'own', '%s', 20, '[]'
          FROM exercises WHERE slug = 'versioned'
        """
            .formatted(render, video, video));
    postgres.empty("render_changes");
    return render;
  }

  private static void pass(Duration time) {
    postgres.run(
        "UPDATE replaced_videos SET replaced_at = replaced_at - interval '%d seconds'"
            .formatted(time.toSeconds()));
  }

  private static Map<String, String> render(UUID render) {
    return postgres
        .rows(
            "SELECT status, host_video_id, segments, error, retryable, removed_at IS NOT NULL AS"
                + " removed FROM exercise_renders WHERE render_id = '%s'".formatted(render))
        .get(0);
  }

  private static void orderAgain(UUID render) {
    postgres.run(
        """
        SELECT request_render(render_id, 'versioned', recipe_hash, 'ro', 1, '{}', 'interactive', NULL)
          FROM exercise_renders WHERE render_id = '%s'
        """
            .formatted(render));
  }

  @Test
  void aSupersededVideoIsDeletedAfterItsGraceAndARequestOrdersItAgain() throws Exception {
    UUID render = superseded("old");
    assertThat(removals.deleteDue()).as("its grace begins").isZero();
    pass(Duration.ofMinutes(359));
    assertThat(removals.deleteDue()).isZero();
    pass(Duration.ofMinutes(2));
    assertThat(removals.deleteDue()).isEqualTo(1);
    assertThat(host.videos).isEmpty();
    assertThat(render(render))
        .containsEntry("status", "failed")
        .containsEntry("removed", "t")
        .containsEntry("retryable", "f")
        .containsEntry("host_video_id", null)
        .as("sessions are counted by them")
        .containsEntry("segments", "[]");
    assertThat(render(render).get("error")).contains("order the present one");
    assertThat(count("render_changes")).as("it did not fail").isEqualTo("0");
    assertThat(count("replaced_videos")).isEqualTo("0");

    orderAgain(render);
    assertThat(render(render)).containsEntry("status", "queued").containsEntry("removed", "f");
    assertThat(count("render_outbox")).isEqualTo("1");
    assertThat(count("render_changes")).isEqualTo("1");
  }

  /** What the others have is deleted by the worker alone, whose grace it is. */
  @Test
  void programsThatRenderLeaveItToTheWorker() throws Exception {
    superseded("old");
    removals.deleteDue();
    pass(Duration.ofDays(1));
    try (Removals others =
        new Removals(Database.over(postgres.as("render")), host, Duration.ofHours(1))) {
      assertThat(others.deleteDue()).isZero();
    }
    assertThat(removals.deleteDue()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO exercise_previews SELECT exercise_id, language, render_id, 1 FROM r",
        "UPDATE exercises SET catalog_render_id = r.render_id FROM r"
            + " WHERE exercises.exercise_id = r.exercise_id",
        "INSERT INTO preview_orders SELECT exercise_id, language, render_id, 1, 0 FROM r",
        SESSION
      })
  void whatIsUsedStaysAndItsGraceBeginsWhenItIsNotUsedAnyMore(String use) throws Exception {
    UUID render = superseded("used");
    removals.deleteDue();
    pass(Duration.ofDays(1));
    postgres.run(
        "WITH r AS (SELECT * FROM exercise_renders WHERE render_id = '%s') %s"
            .formatted(render, use));
    assertThat(removals.deleteDue()).isZero();
    assertThat(render(render)).containsEntry("status", "ready");
    assertThat(count("replaced_videos")).isEqualTo("0");

    postgres.empty("preview_orders", "exercise_previews");
    postgres.run("UPDATE exercises SET catalog_render_id = NULL");
    postgres.run("UPDATE media_session_metrics SET last_event_at = now() - interval '61 minutes'");
    assertThat(removals.deleteDue()).as("a new grace").isZero();
    assertThat(count("replaced_videos")).isEqualTo("1");
    pass(Duration.ofHours(7));
    assertThat(removals.deleteDue()).isEqualTo(1);
  }

  @Test
  void aNameThatIsGivenWhileTheRemovalWaitsIsSeen() throws Exception {
    UUID render = superseded("named");
    removals.deleteDue();
    pass(Duration.ofDays(1));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection naming = postgres.owner().getConnection();
        Statement statement = naming.createStatement()) {
      naming.setAutoCommit(false);
      statement.execute(
          "SELECT FROM exercise_renders WHERE render_id = '%s' FOR KEY SHARE".formatted(render));
      Future<Integer> deleted = threads.submit(removals::deleteDue);
      Eventually.until(
          "the removal waits",
          () -> !postgres.rows("SELECT FROM pg_locks WHERE NOT granted").isEmpty());
      statement.execute(
          "INSERT INTO exercise_previews SELECT exercise_id, language, render_id, 1"
              + " FROM exercise_renders WHERE render_id = '%s'".formatted(render));
      naming.commit();
      assertThat(deleted.get(20, TimeUnit.SECONDS)).isZero();
    } finally {
      threads.shutdownNow();
    }
    assertThat(host.videos).containsKey("named");
    assertThat(render(render)).containsEntry("status", "ready");
  }

  /** The other order: whoever comes when the host is being asked finds no video to name. */
  @Test
  void whatIsBeingDeletedIsReadyForNobody() throws Exception {
    UUID render = superseded("late");
    removals.deleteDue();
    pass(Duration.ofDays(1));
    host.whenDeleting = () -> orderAgain(render);
    assertThat(removals.deleteDue()).isEqualTo(1);
    assertThat(render(render)).containsEntry("status", "queued");
  }

  @Test
  void aThousandSupersededRendersAreLookedThroughInASecond() throws Exception {
    superseded("first");
    postgres.run(
        """
        INSERT INTO exercise_renders
          (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, host,
           host_video_id, duration_seconds)
        SELECT gen_random_uuid(), exercise_id, 'h' || n, 'ro', 1, '{}', 'ready', 'own', 'v' || n, 20
          FROM exercises, generate_series(1, 1000) AS n WHERE slug = 'versioned'
        """);
    long begun = System.nanoTime();
    removals.deleteDue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    assertThat(count("replaced_videos")).isEqualTo("1001");
  }
}
