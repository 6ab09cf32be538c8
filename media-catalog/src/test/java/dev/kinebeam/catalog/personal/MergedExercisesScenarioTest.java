package dev.kinebeam.catalog.personal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.Eventually;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Personal videos of exercises that are merged, and whose merge is taken back. */
@Tag("servers")
class MergedExercisesScenarioTest {
  private static final long LIMIT_SECONDS = Eventually.LIMIT.toSeconds();

  private static SmallClinic clinic;

  private UUID merged;
  private UUID successor;

  @BeforeAll
  static void start() {
    clinic = new SmallClinic();
  }

  @AfterAll
  static void stop() {
    clinic.close();
  }

  @BeforeEach
  void exercises() {
    clinic.empty();
    merged = clinic.exercise("merged-" + UUID.randomUUID());
    successor = clinic.exercise("successor-" + UUID.randomUUID());
  }

  private String merge() {
    return "UPDATE exercises SET status = 'archived', replaced_by = '%s' WHERE exercise_id = '%s'"
        .formatted(successor, merged);
  }

  private void takeBack() {
    clinic.postgres.run(
        "UPDATE exercises SET status = 'draft', replaced_by = NULL WHERE exercise_id = '%s'"
            .formatted(merged));
  }

  private List<Long> playing(UUID exercise) throws Exception {
    return clinic.inApi(
        handle ->
            PersonalVideos.current(handle, clinic.patient, exercise).stream()
                .map(PersonalVideo::id)
                .toList());
  }

  private static PersonalVideoStatus status(long id) {
    return clinic.read(id).status();
  }

  @Test
  void theNewerGoesOnUnderBothNames() throws Exception {
    long older = clinic.active(successor);
    long newer = clinic.active(merged);
    long processed = clinic.copied(merged);
    clinic.postgres.run(merge());
    assertThat(playing(successor)).containsExactly(newer);
    assertThat(playing(merged)).containsExactly(newer);
    assertThat(status(older)).isEqualTo(PersonalVideoStatus.INACTIVE);
    clinic.videos.activate(processed, Duration.ofSeconds(10));
    assertThat(status(newer)).as("replaced as any other").isEqualTo(PersonalVideoStatus.INACTIVE);
  }

  @Test
  void whatIsEnteredForAMergedExerciseIsTheSuccessors() throws Exception {
    clinic.postgres.run(merge());
    long id = clinic.created(merged);
    PersonalVideo video = clinic.read(id);
    assertThat(video.assignment().exerciseId()).isEqualTo(successor);
    assertThat(video.recordedFor()).isEqualTo(merged);
    assertThat(video.wasEnteredFor(clinic.assigned(merged), "video/mp4")).isTrue();
    assertThat(video.wasEnteredFor(clinic.assigned(merged), "video/webm")).isFalse();
    assertThat(video.wasEnteredFor(clinic.assigned(UUID.randomUUID()), "video/mp4")).isFalse();
  }

  @Test
  void whatIsEnteredDuringAMergeWaitsForItAndIsTheSuccessors() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (Connection merging = clinic.postgres.owner().getConnection();
        Statement statement = merging.createStatement()) {
      merging.setAutoCommit(false);
      statement.execute(merge());
      Future<Long> entered = pool.submit(() -> clinic.created(merged));
      clinic.awaitLock();
      merging.commit();
      long id = entered.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(clinic.read(id).assignment().exerciseId()).isEqualTo(successor);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aMergeWaitsForWhatIsBeingEnteredAndMovesIt() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> merging =
          clinic.inApi(
              handle -> {
                PersonalVideos.create(handle, clinic.assigned(merged), "video/mp4");
                Future<?> begun = pool.submit(() -> clinic.postgres.run(merge()));
                clinic.awaitLock();
                return begun;
              });
      merging.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      pool.shutdown();
    }
    assertThat(
            clinic.postgres.rows(
                "SELECT exercise_id::text, recorded_for::text FROM personalized_exercise_videos"))
        .containsExactly(
            Map.of("exercise_id", successor.toString(), "recorded_for", merged.toString()));
  }

  /** A part of an activation. */
  private interface Activation {
    void in(Handle handle);
  }

  /** Merges while an activation is under way: the merge begins between its two parts. */
  private void mergeDuring(Activation before, Activation after) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> merging =
          Database.over(clinic.postgres.as("worker"))
              .inTransaction(
                  handle -> {
                    before.in(handle);
                    Future<?> begun = pool.submit(() -> clinic.postgres.run(merge()));
                    clinic.awaitLock();
                    after.in(handle);
                    return begun;
                  });
      merging.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      pool.shutdown();
    }
  }

  private static void activate(Handle handle, long id) {
    handle.execute(
        "UPDATE personalized_exercise_videos SET status = 'COMPLETED', active = true WHERE id = ?",
        id);
  }

  @Test
  void aMergeWaitsForAnActivationSoThatOnePlays() throws Exception {
    long older = clinic.active(successor);
    long activated = clinic.copied(merged);
    mergeDuring(handle -> activate(handle, activated), handle -> {});
    assertThat(playing(successor)).containsExactly(activated);
    assertThat(status(older)).isEqualTo(PersonalVideoStatus.INACTIVE);
  }

  @Test
  void aMergeWaitsForTheActivationOfAPairThatHasOneAlready() throws Exception {
    long older = clinic.active(merged);
    long activated = clinic.copied(merged);
    mergeDuring(
        handle ->
            handle
                .select(
                    "SELECT id FROM personalized_exercise_videos WHERE id = ? FOR UPDATE",
                    activated)
                .mapTo(Long.class)
                .one(),
        handle -> {
          handle.execute(
              "UPDATE personalized_exercise_videos"
                  + " SET status = 'INACTIVE', active = false WHERE id = ?",
              older);
          activate(handle, activated);
        });
    assertThat(playing(successor)).containsExactly(activated);
  }

  @Test
  void whatWasPrescribedDuringAMergeFollowsItsVideo() throws Exception {
    clinic.active(merged);
    clinic.postgres.run(merge());
    clinic.postgres.run(
        """
        INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by)
          VALUES ('%1$s', '%1$s', '%2$s', current_date, 'visible', 'a test');
        INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language)
          VALUES ('%1$s', 0, '%1$s', '%2$s', '%3$s', 'ro')
        """
            .formatted(clinic.org, clinic.patient, successor));
    takeBack();
    assertThat(
            clinic.postgres.rows(
                "SELECT exercise_id::text FROM workout_exercises WHERE workout_id = '%s'"
                    .formatted(clinic.org)))
        .containsExactly(Map.of("exercise_id", merged.toString()));
  }

  @Test
  void aMergeThatIsTakenBackGivesTheVideosBack() throws Exception {
    long own = clinic.active(merged);
    clinic.postgres.run(merge());
    long during = clinic.copied(merged);
    long others = clinic.copied(successor);
    takeBack();
    assertThat(playing(merged)).containsExactly(own);
    assertThat(playing(successor)).isEmpty();
    clinic.videos.activate(during, Duration.ofSeconds(10));
    clinic.videos.activate(others, Duration.ofSeconds(10));
    assertThat(playing(merged)).containsExactly(during);
    assertThat(playing(successor)).containsExactly(others);
  }

  @Test
  void whatTheMergeReplacedPlaysAgainOnEitherSide() throws Exception {
    long first = clinic.active(merged);
    long second = clinic.active(successor);
    clinic.postgres.run(merge());
    assertThat(status(first)).isEqualTo(PersonalVideoStatus.INACTIVE);
    takeBack();
    assertThat(playing(merged)).containsExactly(first);
    assertThat(playing(successor)).containsExactly(second);

    long third = clinic.active(merged);
    clinic.postgres.run(merge());
    assertThat(status(second)).isEqualTo(PersonalVideoStatus.INACTIVE);
    takeBack();
    assertThat(playing(merged)).containsExactly(third);
    assertThat(playing(successor)).containsExactly(second);
    assertThat(status(first)).as("replaced before").isEqualTo(PersonalVideoStatus.INACTIVE);
  }

  @Test
  void whatWasGivenUpToBeDeletedDoesNotPlayAgain() throws Exception {
    long first = clinic.active(merged);
    clinic.active(successor);
    clinic.postgres.run(merge());
    clinic.postgres.run(
        "UPDATE personalized_exercise_videos SET removed_at = now() WHERE id = " + first);
    takeBack();
    assertThat(playing(merged)).isEmpty();
    assertThat(status(first)).isEqualTo(PersonalVideoStatus.INACTIVE);
  }
}
