package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.PATIENT;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.OvertakenWorkouts;
import dev.kinebeam.coreapi.TestCoreApi;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How workouts follow the asset versions of their exercises. */
@Tag("servers")
class WorkoutChangesTest {
  private static TestCoreApi api;
  private static TestWorkouts workouts;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    workouts = new TestWorkouts(api);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static boolean isInUse(UUID render) {
    return api.owner()
        .withHandle(
            handle -> handle.select("SELECT render_in_use(?)", render).mapTo(Boolean.class).one());
  }

  private static String playing(String path) throws Exception {
    return api.get(path, PATIENT).json().at("/exercises/0/render_id").asText();
  }

  @Test
  void theOldVideoPlaysUntilTheNewOneIsReady() throws Exception {
    String slug = workouts.exercise("follows");
    String path = workouts.prescribed(item(slug, 5));
    UUID old = order(slug, 5, 1).renderId();
    UUID newer = order(slug, 5, 2).renderId();
    workouts.ready(order(slug, 5, 1));
    workouts.version(slug, 2);
    assertThat(workouts.count("SELECT count(*) FROM exercise_renders WHERE render_id = ?", newer))
        .as("not before it is opened")
        .isZero();

    JsonNode opened = api.get(path, PATIENT).json();
    assertThat(opened.at("/exercises/0/render_id").asText()).isEqualTo(old.toString());
    assertThat(opened.at("/exercises/0/playback_hls_url").asText()).contains(old.toString());
    JsonNode ordered = workouts.read(path);
    assertThat(ordered.at("/exercises/0/newer/render_id").asText()).isEqualTo(newer.toString());
    assertThat(ordered.at("/exercises/0/newer/status").asText()).isEqualTo("queued");
    assertThat(workouts.count("SELECT count(*) FROM render_outbox WHERE render_id = ?", newer))
        .isEqualTo(1);
    assertThat(isInUse(old)).isTrue();

    workouts.ready(order(slug, 5, 2));
    JsonNode moved = api.get(path, PATIENT).json();
    assertThat(moved.at("/exercises/0/render_id").asText()).isEqualTo(newer.toString());
    assertThat(moved.at("/exercises/0/asset_version").asInt()).isEqualTo(2);
    assertThat(workouts.read(path).at("/exercises/0/newer").isMissingNode()).isTrue();
    assertThat(isInUse(old)).isFalse();
    assertThat(isInUse(newer)).isTrue();
  }

  @Test
  void twoVersionsLaterTheLastOneIsPlayed() throws Exception {
    String slug = workouts.exercise("two-versions");
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    workouts.version(slug, 2);
    assertThat(playing(path)).isEqualTo(order(slug, 5, 1).renderId().toString());
    workouts.version(slug, 3);
    assertThat(playing(path)).isEqualTo(order(slug, 5, 1).renderId().toString());
    workouts.ready(order(slug, 5, 2));
    assertThat(playing(path)).as("overtaken").isEqualTo(order(slug, 5, 1).renderId().toString());
    workouts.ready(order(slug, 5, 3));
    assertThat(playing(path)).isEqualTo(order(slug, 5, 3).renderId().toString());
  }

  @Test
  void aNewVideoThatCannotBeMadeIsOrderedAgainOnlyIfThatMayHelp() throws Exception {
    String slug = workouts.exercise("newer-fails");
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    workouts.version(slug, 2);
    workouts.read(path);
    workouts.failed(order(slug, 5, 2), "the host is unavailable", true);
    assertThat(workouts.read(path).at("/exercises/0/newer/status").asText()).isEqualTo("queued");
    workouts.failed(order(slug, 5, 2), "the file is cut off", false);
    JsonNode failed = workouts.read(path);
    assertThat(failed.at("/exercises/0/newer/status").asText()).isEqualTo("failed");
    assertThat(failed.at("/exercises/0/newer/error").asText()).isEqualTo("the file is cut off");
    assertThat(playing(path)).isEqualTo(order(slug, 5, 1).renderId().toString());
    workouts.version(slug, 3);
    assertThat(workouts.read(path).at("/exercises/0/newer/status").asText()).isEqualTo("queued");
  }

  /**
   * The job refuses orders of an old version: whoever looks at the workout has the new one made.
   */
  @Test
  void aBumpDuringThePreparationDoesNotLeaveItStuck() throws Exception {
    String slug = workouts.exercise("bumped-before");
    String path = workouts.prescribed(item(slug, 5));
    workouts.version(slug, 2);
    workouts.failed(order(slug, 5, 1), "asset_version is 1, but it is 2 now", false);
    JsonNode readiness = api.get(path + "/readiness", SPECIALIST).json();
    assertThat(readiness.at("/exercises/0/render_id").asText())
        .isEqualTo(order(slug, 5, 2).renderId().toString());
    assertThat(readiness.at("/exercises/0/status").asText()).isEqualTo("queued");
    workouts.ready(order(slug, 5, 2));
    assertThat(workouts.statusForPatient(path)).isEqualTo(200);
  }

  /** Patients cannot open it, and the therapist does not. */
  @Test
  void theWorkerOrdersThePresentVersionForAWorkoutThatWasOvertaken() throws Exception {
    String slug = workouts.exercise("overtaken");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    workouts.ready(order(slug, 10, 1));
    workouts.version(slug, 2);
    workouts.failed(order(slug, 5, 1), "asset_version is 1, but it is 2 now", false);
    OvertakenWorkouts overtaken = new OvertakenWorkouts(Database.over(api.databaseAs("worker")));
    assertThat(overtaken.order()).isEqualTo(1);
    UUID newer = order(slug, 5, 2).renderId();
    assertThat(workouts.count("SELECT count(*) FROM render_outbox WHERE render_id = ?", newer))
        .isEqualTo(1);
    assertThat(overtaken.order()).as("once").isZero();
    workouts.failed(order(slug, 5, 2), "the file is cut off", false);
    assertThat(overtaken.order()).as("what failed of the present version stays so").isZero();
    workouts.step(path, "retry");
    workouts.ready(order(slug, 5, 2));
    assertThat(workouts.statusForPatient(path)).isEqualTo(200);
  }

  @Test
  void whatWasLeftOutFollowsNoVersion() throws Exception {
    String slug = workouts.exercise("left-out-version");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    workouts.ready(order(slug, 10, 1));
    workouts.failed(order(slug, 5, 1), "no", false);
    workouts.step(path, "release");
    workouts.version(slug, 2);
    assertThat(workouts.read(path).at("/exercises/1/newer/status").asText()).isEqualTo("queued");
    assertThat(
            workouts.count(
                "SELECT count(*) FROM exercise_renders WHERE render_id = ?",
                order(slug, 5, 2).renderId()))
        .isZero();
  }

  @Test
  void tryingAgainOrdersThePresentVersion() throws Exception {
    String slug = workouts.exercise("retry-present");
    String path = workouts.prescribed(item(slug, 5));
    workouts.failed(order(slug, 5, 1), "no", false);
    workouts.version(slug, 2);
    assertThat(workouts.step(path, "retry").at("/exercises/0/render_id").asText())
        .isEqualTo(order(slug, 5, 2).renderId().toString());
  }

  @Test
  void whatIsDoneOrCancelledHoldsNoVideo() throws Exception {
    String slug = workouts.exercise("holds-none");
    UUID render = order(slug, 5, 1).renderId();
    String path = workouts.prescribed(item(slug, 5));
    assertThat(isInUse(render)).isTrue();
    String other = workouts.prescribed(item(slug, 5));
    workouts.step(path, "cancel");
    assertThat(isInUse(render)).as("by the other one").isTrue();
    workouts.ready(order(slug, 5, 1));
    workouts.step(other, "complete");
    assertThat(isInUse(render)).isFalse();
    workouts.version(slug, 2);
    assertThat(workouts.read(other).at("/exercises/0/newer").isMissingNode()).isTrue();
  }

  /** Many workouts are never completed; their videos must not stay for good. */
  @Test
  void aWorkoutOfLongAgoHoldsNoVideoAndFollowsWhenItIsOpened() throws Exception {
    String slug = workouts.exercise("long-ago");
    UUID old = order(slug, 5, 1).renderId();
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    workouts.version(slug, 2);
    daysAgo(path, 29);
    assertThat(isInUse(old)).isTrue();
    daysAgo(path, 32);
    assertThat(isInUse(old)).isFalse();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE exercise_renders SET status = 'failed', host = NULL, host_video_id ="
                        + " NULL, error = 'removed', removed_at = now() WHERE render_id = ?",
                    old));
    assertThat(api.get(path, PATIENT).json().at("/exercises/0/status").asText())
        .isEqualTo("queued");
    workouts.ready(order(slug, 5, 2));
    assertThat(api.get(path, PATIENT).json().at("/exercises/0/playback_hls_url").asText())
        .contains(order(slug, 5, 2).renderId().toString());
  }

  private static void daysAgo(String path, int days) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE workouts SET scheduled_for = current_date - ? WHERE workout_id ="
                        + " ?::uuid",
                    days,
                    path.substring(path.lastIndexOf('/') + 1)));
  }
}
