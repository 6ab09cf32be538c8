package dev.kinebeam.catalog.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

/** With the rights of the worker, whose job this is; the host is in memory. */
@Tag("servers")
class RemovalsTest {
  private static TestPostgres postgres;

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

  private final TestHost host = new TestHost();
  private Removals removals;

  /** Its videos by their ids, with their titles. */
  private static final class TestHost implements VideoHost {
    private final Map<String, String> videos = new TreeMap<>();
    private boolean unavailable;
    private Runnable whenDeleting = () -> {};

    private void requireAvailable() throws VideoHostException {
      if (unavailable) {
        throw new VideoHostException.Unavailable("the host does not answer", Optional.empty());
      }
    }

    @Override
    public String name() {
      return "own";
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(true, false, false, false, false);
    }

    @Override
    public String publish(Content content, String title, String collection, Journal journal) {
      throw new UnsupportedOperationException("removals publish nothing");
    }

    @Override
    public List<String> titled(String title, String collection) throws VideoHostException {
      requireAvailable();
      return videos.keySet().stream().filter(id -> videos.get(id).equals(title)).toList();
    }

    @Override
    public HostedStatus status(String hostedId) {
      throw new UnsupportedOperationException("removals ask for no status");
    }

    @Override
    public Playback playback(String hostedId) {
      throw new UnsupportedOperationException("removals play nothing");
    }

    @Override
    public void delete(String hostedId) throws VideoHostException {
      requireAvailable();
      whenDeleting.run();
      videos.remove(hostedId);
    }
  }

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
        "created_videos",
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

  private void replaced(String video, String at, String due) {
    host.videos.put(video, "title of " + video);
    postgres.run(
        "INSERT INTO replaced_videos (host, host_video_id, render_id, delete_after)"
            + " VALUES ('%s', '%s', gen_random_uuid(), now() + interval '%s')"
                .formatted(at, video, due));
  }

  /** A video that a claim has created, which ran out so long ago. */
  private void created(String title, String video, String ago) {
    UUID render = UUID.randomUUID();
    UUID plan = UUID.randomUUID();
    postgres.run(
        """
        INSERT INTO created_videos (host, collection, title, host_video_id, render_id, plan_id)
        VALUES ('own', 'squats', '%s', %s, '%s', '%s');
        INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
        VALUES ('%s', '%s', 'w', '%s', now() - interval '%s')
        """
            .formatted(title, video, render, plan, render, plan, title, ago));
  }

  private static String count(String table) {
    return postgres.rows("SELECT count(*) AS n FROM " + table).get(0).get("n");
  }

  @Test
  void videosAreDeletedAfterTheirGraceAndAtTheirOwnHost() throws Exception {
    replaced("due", "own", "-1 second");
    replaced("played", "own", "1 hour");
    replaced("elsewhere", "bunny", "-1 second");
    assertThat(removals.deleteDue()).isEqualTo(1);
    assertThat(host.videos.keySet()).containsExactly("elsewhere", "played");
    assertThat(removals.deleteDue()).as("once").isZero();
    assertThat(count("replaced_videos")).isEqualTo("2");
    assertThat(count("render_claims")).as("it keeps no render").isEqualTo("0");
  }

  @Test
  void whatAHostThatIsUnavailableHasIsDeletedAtTheNextRun() throws Exception {
    replaced("one", "own", "-1 second");
    replaced("two", "own", "-1 second");
    host.unavailable = true;
    assertThatThrownBy(removals::deleteDue).isInstanceOf(VideoHostException.Unavailable.class);
    assertThat(count("replaced_videos")).isEqualTo("2");
    assertThat(count("render_claims")).as("the renders can be made meanwhile").isEqualTo("0");
    host.unavailable = false;
    assertThat(removals.deleteDue()).isEqualTo(2);
    assertThat(host.videos).isEmpty();
  }

  @Test
  void whatEndedClaimsLeftIsFoundByItsTitleAndWhatIsBeingMadeStays() throws Exception {
    host.videos.put("left", "a killed worker's");
    host.videos.put("noted", "another's");
    host.videos.put("in-the-making", "a living worker's");
    created("a killed worker''s", "NULL", "10 minutes");
    created("another''s", "'noted'", "10 minutes");
    created("a living worker''s", "'in-the-making'", "-1 minute");
    removals.removeLeftovers();
    assertThat(removals.deleteDue()).isEqualTo(2);
    assertThat(host.videos.keySet()).containsExactly("in-the-making");
    assertThat(count("created_videos")).isEqualTo("1");
  }

  /** A claim that a crash left is deleted an hour after it ran out. */
  @Test
  void aRemovalThatWasKilledIsDoneByTheNextOne() throws Exception {
    replaced("half-deleted", "own", "-1 second");
    postgres.run(
        """
        INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
        SELECT render_id, gen_random_uuid(), 'removal', 'removal of half-deleted',
               now() - interval '61 minutes' FROM replaced_videos
        """);
    removals.removeLeftovers();
    assertThat(removals.deleteDue()).isEqualTo(1);
    assertThat(host.videos).isEmpty();
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
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (postgres.rows("SELECT FROM pg_locks WHERE NOT granted").isEmpty()) {
        assertThat(System.nanoTime()).as("the removal waits").isLessThan(deadline);
        Thread.onSpinWait();
      }
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
