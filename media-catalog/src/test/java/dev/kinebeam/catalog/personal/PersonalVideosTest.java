package dev.kinebeam.catalog.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the Core API and of the worker, each for its moves. */
@Tag("servers")
class PersonalVideosTest {
  private static final PersonalVideo.Pinned VERSION = SmallClinic.VERSION;

  private static SmallClinic clinic;
  private static UUID exercise;
  private static PersonalVideos videos;

  @BeforeAll
  static void start() {
    clinic = new SmallClinic();
    exercise = clinic.exercise("squat-personal");
    videos = clinic.videos;
  }

  @AfterAll
  static void stop() {
    clinic.close();
  }

  @BeforeEach
  void empty() {
    clinic.empty();
  }

  private static long created() throws Exception {
    return clinic.created(exercise);
  }

  private static long queued() throws Exception {
    return clinic.queued(exercise);
  }

  private static long copied() throws Exception {
    return clinic.copied(exercise);
  }

  private static List<Map<String, String>> tasks() {
    return clinic.postgres.rows("SELECT task_name, task_instance FROM personal_video_tasks");
  }

  private PersonalVideoStatus status(long id) {
    return videos.find(id).orElseThrow().status();
  }

  @Test
  void goesFromTheFirstAddressToThePatientWithEachMoveInTheAuditLog() throws Exception {
    long id = copied();
    PersonalVideo active = videos.activate(id, Duration.ofMillis(61_500));
    assertThat(active.state().active()).isTrue();
    assertThat(active.state().duration()).contains(Duration.ofMillis(61_500));
    assertThat(
            clinic
                .inApi(handle -> PersonalVideos.current(handle, clinic.patient, exercise))
                .orElseThrow()
                .id())
        .isEqualTo(id);
    assertThat(
            clinic.postgres.rows(
                "SELECT actor, action, subject FROM audit_log WHERE action LIKE 'personal_video.%'"
                    + " ORDER BY at, action"))
        .extracting(row -> row.get("actor") + " " + row.get("action") + " " + row.get("subject"))
        .containsExactly(
            clinic.doctor + " personal_video.created " + id,
            clinic.doctor + " personal_video.upload_url_created " + id,
            clinic.doctor + " personal_video.processing_queued " + id,
            "worker personal_video.completed " + id);
  }

  @Test
  void theTaskIsEnteredWithTheMoveOrNotAtAll() throws Exception {
    long id = created();
    clinic.inApi(handle -> PersonalVideos.urlCreated(handle, id, "key"));
    assertThatThrownBy(
            () ->
                clinic.inApi(
                    handle -> {
                      PersonalVideos.queue(handle, id, VERSION, Instant.now());
                      assertThat(
                              handle
                                  .createQuery("SELECT count(*) FROM personal_video_tasks")
                                  .mapTo(Integer.class)
                                  .one())
                          .isEqualTo(1);
                      throw new IllegalStateException("rolled back");
                    }))
        .hasMessage("rolled back");
    assertThat(tasks()).isEmpty();
    assertThat(status(id)).isEqualTo(PersonalVideoStatus.UPLOAD_URL_CREATED);

    clinic.inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now()));
    assertThat(tasks())
        .containsExactly(
            Map.of(
                "task_name",
                "personalized-exercise-video",
                "task_instance",
                "personalized-video-" + id));
    assertThatThrownBy(
            () -> clinic.inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now())))
        .isInstanceOfSatisfying(
            IllegalMove.class,
            refused ->
                assertThat(refused.present()).contains(PersonalVideoStatus.PROCESSING_QUEUED));
    assertThat(tasks()).hasSize(1);
  }

  @Test
  void theCoreApiEntersNoOtherTask() {
    assertThatThrownBy(
            () ->
                clinic.inApi(
                    handle ->
                        handle.execute(
                            "INSERT INTO scheduled_tasks"
                                + " (task_name, task_instance, execution_time, picked, version)"
                                + " VALUES ('upkeep', 'recurring', now(), false, 1)")))
        .hasStackTraceContaining("permission denied for table scheduled_tasks");
  }

  @Test
  void aFurtherAddressKeepsTheKey() throws Exception {
    long id = created();
    clinic.inApi(handle -> PersonalVideos.urlCreated(handle, id, "first"));
    PersonalVideo again = clinic.inApi(handle -> PersonalVideos.urlCreated(handle, id, "second"));
    assertThat(again.original().orElseThrow().storageKey()).isEqualTo("first");
  }

  @Test
  void theNewerTakesThePlaceOfTheOlder() throws Exception {
    long older = copied();
    videos.activate(older, Duration.ofSeconds(10));
    long newer = copied();
    videos.activate(newer, Duration.ofSeconds(10));
    assertThat(status(older)).isEqualTo(PersonalVideoStatus.INACTIVE);
    assertThat(status(newer)).isEqualTo(PersonalVideoStatus.COMPLETED);
    assertThatThrownBy(() -> videos.fail(older, "late", "It is too late."))
        .isInstanceOf(IllegalMove.class)
        .hasMessageContaining("is INACTIVE");
  }

  @Test
  void ofManyActivationsAtOnceOneIsActive() throws Exception {
    List<Long> ids = List.of(copied(), copied(), copied(), copied());
    ExecutorService pool = Executors.newFixedThreadPool(ids.size());
    try {
      List<Future<PersonalVideo>> running =
          ids.stream()
              .map(id -> pool.submit(() -> videos.activate(id, Duration.ofSeconds(10))))
              .toList();
      for (Future<PersonalVideo> one : running) {
        one.get(20, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdown();
    }
    assertThat(
            clinic.postgres.rows(
                "SELECT status, count(*) FROM personalized_exercise_videos GROUP BY 1 ORDER BY 1"))
        .containsExactly(
            Map.of("status", "COMPLETED", "count", "1"),
            Map.of("status", "INACTIVE", "count", "3"));
  }

  @Test
  void isNotGivenToAPatientWhomTheTherapistDoesNotReachAnyMore() throws Exception {
    long id = copied();
    clinic.postgres.run("UPDATE care_links SET ended_at = now() + interval '1 second'");
    PersonalVideo refused = videos.activate(id, Duration.ofSeconds(10));
    assertThat(refused.status()).isEqualTo(PersonalVideoStatus.FAILED);
    assertThat(refused.failure().orElseThrow().code()).isEqualTo("access_ended");

    treatsAgain();
    long other = copied();
    clinic.postgres.run("UPDATE organization_features SET enabled = false");
    assertThat(videos.activate(other, Duration.ofSeconds(10)).failure().orElseThrow().code())
        .isEqualTo("feature_ended");
  }

  private static void treatsAgain() {
    clinic.postgres.run("UPDATE care_links SET ended_at = NULL");
  }

  @Test
  void aFailedOneThatIsQueuedAgainHasNoHostedVideo() throws Exception {
    long id = copied();
    assertThat(videos.find(id).orElseThrow().hosted().orElseThrow().hostedId())
        .isEqualTo("hosted-" + id);
    videos.fail(id, "host_slow", "The host was too slow.");
    PersonalVideo again =
        clinic.inApi(
            handle ->
                PersonalVideos.queue(
                    handle, id, new PersonalVideo.Pinned("etag-2", 7), Instant.now()));
    assertThat(again.hosted()).as("left to be deleted").isEmpty();
  }

  @Test
  void whatIsGivenUpToBeDeletedIsNotQueuedAgain() throws Exception {
    long id = queued();
    videos.fail(id, "host_slow", "The host was too slow.");
    clinic.postgres.empty("personal_video_tasks");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<PersonalVideo> queuedAgain =
          Database.over(clinic.postgres.as("worker"))
              .inTransaction(
                  handle -> {
                    handle.execute(
                        "UPDATE personalized_exercise_videos SET removed_at = now() WHERE id = ?",
                        id);
                    // It comes while the removal is not committed, and waits for it.
                    Future<PersonalVideo> later =
                        pool.submit(
                            () ->
                                clinic.inApi(
                                    other ->
                                        PersonalVideos.queue(other, id, VERSION, Instant.now())));
                    clinic.awaitLock();
                    return later;
                  });
      assertThatThrownBy(() -> queuedAgain.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              IllegalMove.class,
              refused -> assertThat(refused.present()).contains(PersonalVideoStatus.FAILED));
    } finally {
      pool.shutdown();
    }
    assertThat(tasks()).isEmpty();
    assertThat(status(id)).isEqualTo(PersonalVideoStatus.FAILED);
  }

  @Test
  void aTaskThatIsLostIsEnteredAgain() throws Exception {
    long id = queued();
    clinic.postgres.empty("personal_video_tasks");
    assertThat(videos.scheduleLost()).isEqualTo(1);
    assertThat(videos.scheduleLost()).isZero();
    assertThat(tasks().get(0)).containsEntry("task_instance", PersonalVideoTask.instance(id));
  }

  @Test
  void theHostsReportMakesTheTaskDueWhicheverProgramHearsIt() throws Exception {
    long id = copied();
    clinic.postgres.run(
        "UPDATE personal_video_tasks SET execution_time = now() + interval '1 hour'");
    assertThat(new PersonalVideos(clinic.api).wake("cloudflare", "hosted-" + id)).isTrue();
    assertThat(
            clinic.postgres.rows("SELECT execution_time <= now() AS due FROM personal_video_tasks"))
        .containsExactly(Map.of("due", "t"));
    assertThat(videos.find(id).orElseThrow().state().wokenAt()).isPresent();
    assertThat(videos.wake("cloudflare", "unknown")).isFalse();
  }

  @Test
  void whatWasNeverUploadedIsAbandonedAfterADay() throws Exception {
    long old = created();
    long withAddress = created();
    clinic.inApi(handle -> PersonalVideos.urlCreated(handle, withAddress, "key"));
    long queued = queued();
    clinic.postgres.run(
        "ALTER TABLE personalized_exercise_videos DISABLE TRIGGER touch;"
            + "UPDATE personalized_exercise_videos SET updated_at = now() - interval '25 hours';"
            + "ALTER TABLE personalized_exercise_videos ENABLE TRIGGER touch;");
    long fresh = created();
    assertThat(videos.abandon(Duration.ofDays(1))).isEqualTo(2);
    assertThat(videos.find(old).orElseThrow().failure().map(PersonalVideo.Failure::code))
        .contains(PersonalVideos.UPLOAD_ABANDONED);
    assertThat(status(withAddress)).isEqualTo(PersonalVideoStatus.FAILED);
    assertThat(status(queued)).isEqualTo(PersonalVideoStatus.PROCESSING_QUEUED);
    assertThat(status(fresh)).isEqualTo(PersonalVideoStatus.CREATED);
  }

  @Test
  void anotherOrganizationSeesNothing() throws Exception {
    long id = queued();
    Optional<PersonalVideo> seen =
        clinic.api.inOrg(UUID.randomUUID(), handle -> PersonalVideos.find(handle, id));
    assertThat(seen).isEmpty();
  }
}
