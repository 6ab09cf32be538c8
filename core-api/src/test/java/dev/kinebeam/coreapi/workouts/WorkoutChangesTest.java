package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.PATIENT;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
}
