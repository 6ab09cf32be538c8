package dev.kinebeam.catalog.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.testkit.TestPostgres;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the worker, whose job this is; the host is in memory. */
@Tag("servers")
class RemovalsTest {
  private static TestPostgres postgres;

  private final TestHost host = new TestHost();
  private Removals removals;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void open() {
    postgres.empty("replaced_videos", "created_videos", "render_claims");
    removals = new Removals(Database.over(postgres.as("worker")), host, Duration.ofHours(1));
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

  @Test
  void aRemovalWhoseProcessIsDeadIsContinuedAtOnce() throws Exception {
    replaced("half-deleted", "own", "-1 second");
    String dead = RenderProcess.here().name().replaceFirst(":(\\d+):\\d+:", ":$1:1:");
    postgres.run(
        """
        INSERT INTO render_claims (render_id, plan_id, worker, title, expires_at)
        SELECT render_id, gen_random_uuid(), '%s', 'removal of half-deleted',
               now() + interval '10 minutes' FROM replaced_videos
        """
            .formatted(dead));
    removals.removeLeftovers();
    assertThat(removals.deleteDue()).isEqualTo(1);
    assertThat(host.videos).isEmpty();
  }
}
