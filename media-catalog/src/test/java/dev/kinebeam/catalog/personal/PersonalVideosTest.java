package dev.kinebeam.catalog.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.TestPostgres;
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
import org.jdbi.v3.core.HandleCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the Core API and of the worker, each for its moves. */
@Tag("servers")
class PersonalVideosTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();
  private static final UUID DOCTOR = UUID.randomUUID();
  private static final UUID EXERCISE = UUID.randomUUID();
  private static final PersonalVideo.Pinned VERSION = new PersonalVideo.Pinned("etag-1", 1000);

  private static TestPostgres postgres;

  private final Database api = Database.over(postgres.as("core_api"));
  private final PersonalVideos videos = new PersonalVideos(Database.over(postgres.as("worker")));

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    postgres.run(
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'Clinic');
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%1$s', '%2$s', 'patient', 'Maria'), ('%1$s', '%3$s', 'specialist', 'Ana');
        INSERT INTO exercises (exercise_id, slug, kind, display_name)
          VALUES ('%4$s', 'squat-personal', 'duration_based', 'Squat');
        """
            .formatted(ORG, PATIENT, DOCTOR, EXERCISE));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void treats() {
    postgres.empty("personalized_exercise_videos", "personal_video_tasks", "care_links");
    postgres.run("DELETE FROM audit_log WHERE action LIKE 'personal_video.%'");
    postgres.run(
        """
        INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES ('%s', '%s', '%s');
        INSERT INTO organization_features (org_id, feature, enabled)
          VALUES ('%s', 'therapistPersonalizedExerciseVideo', true)
          ON CONFLICT (org_id, feature) DO UPDATE SET enabled = true;
        """
            .formatted(ORG, PATIENT, DOCTOR, ORG));
  }

  private <T> T inApi(HandleCallback<T, Exception> work) throws Exception {
    return api.inOrg(
        ORG,
        handle -> {
          AuditActor.set(handle, DOCTOR.toString());
          return work.withHandle(handle);
        });
  }

  private long created() throws Exception {
    return created(EXERCISE);
  }

  private long created(UUID exercise) throws Exception {
    return inApi(
        handle ->
            PersonalVideos.create(
                    handle,
                    new PersonalVideo.Assignment(ORG, PATIENT, exercise, DOCTOR),
                    "video/mp4")
                .id());
  }

  private long queued() throws Exception {
    return queued(EXERCISE);
  }

  private long queued(UUID exercise) throws Exception {
    long id = created(exercise);
    inApi(handle -> PersonalVideos.urlCreated(handle, id, "personal-video/" + id + "/1.mp4"));
    inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now()));
    return id;
  }

  private long copied() throws Exception {
    return copied(EXERCISE);
  }

  private long copied(UUID exercise) throws Exception {
    long id = queued(exercise);
    videos.copied(id, "cloudflare", "hosted-" + id);
    return id;
  }

  private static List<Map<String, String>> tasks() {
    return postgres.rows("SELECT task_name, task_instance FROM personal_video_tasks");
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
            inApi(handle -> PersonalVideos.current(handle, PATIENT, EXERCISE)).orElseThrow().id())
        .isEqualTo(id);
    assertThat(
            postgres.rows(
                "SELECT actor, action, subject FROM audit_log WHERE action LIKE 'personal_video.%'"
                    + " ORDER BY at, action"))
        .extracting(row -> row.get("actor") + " " + row.get("action") + " " + row.get("subject"))
        .containsExactly(
            DOCTOR + " personal_video.created " + id,
            DOCTOR + " personal_video.upload_url_created " + id,
            DOCTOR + " personal_video.processing_queued " + id,
            "worker personal_video.completed " + id);
  }

  @Test
  void theTaskIsEnteredWithTheMoveOrNotAtAll() throws Exception {
    long id = created();
    inApi(handle -> PersonalVideos.urlCreated(handle, id, "key"));
    assertThatThrownBy(
            () ->
                inApi(
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

    inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now()));
    assertThat(tasks())
        .containsExactly(
            Map.of(
                "task_name",
                "personalized-exercise-video",
                "task_instance",
                "personalized-video-" + id));
    assertThatThrownBy(
            () -> inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now())))
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
                inApi(
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
    inApi(handle -> PersonalVideos.urlCreated(handle, id, "first"));
    PersonalVideo again = inApi(handle -> PersonalVideos.urlCreated(handle, id, "second"));
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
            postgres.rows(
                "SELECT status, count(*) FROM personalized_exercise_videos GROUP BY 1 ORDER BY 1"))
        .containsExactly(
            Map.of("status", "COMPLETED", "count", "1"),
            Map.of("status", "INACTIVE", "count", "3"));
  }

  @Test
  void followsAnExerciseThatIsMergedIntoAnother() throws Exception {
    UUID successor = UUID.randomUUID();
    UUID merged = UUID.randomUUID();
    postgres.run(
        """
        INSERT INTO exercises (exercise_id, slug, kind, display_name)
          VALUES ('%1$s', 'lunge', 'duration_based', 'Lunge'),
                 ('%2$s', 'lunges', 'duration_based', 'Lunges');
        """
            .formatted(successor, merged));
    long older = videos.activate(copied(successor), Duration.ofSeconds(10)).id();
    long newer = videos.activate(copied(merged), Duration.ofSeconds(10)).id();
    long processed = copied(merged);
    postgres.run(
        "UPDATE exercises SET status = 'archived', replaced_by = '%s' WHERE exercise_id = '%s'"
            .formatted(successor, merged));
    for (UUID asked : List.of(successor, merged)) {
      assertThat(inApi(handle -> PersonalVideos.current(handle, PATIENT, asked)).orElseThrow().id())
          .isEqualTo(newer);
    }
    assertThat(status(older)).isEqualTo(PersonalVideoStatus.INACTIVE);
    videos.activate(processed, Duration.ofSeconds(10));
    assertThat(status(newer)).as("replaced as any other").isEqualTo(PersonalVideoStatus.INACTIVE);
  }

  @Test
  void isNotGivenToAPatientWhomTheTherapistDoesNotReachAnyMore() throws Exception {
    long id = copied();
    postgres.run("UPDATE care_links SET ended_at = now() + interval '1 second'");
    PersonalVideo refused = videos.activate(id, Duration.ofSeconds(10));
    assertThat(refused.status()).isEqualTo(PersonalVideoStatus.FAILED);
    assertThat(refused.failure().orElseThrow().code()).isEqualTo("access_ended");

    treatsAgain();
    long other = copied();
    postgres.run("UPDATE organization_features SET enabled = false");
    assertThat(videos.activate(other, Duration.ofSeconds(10)).failure().orElseThrow().code())
        .isEqualTo("feature_ended");
  }

  private static void treatsAgain() {
    postgres.run("UPDATE care_links SET ended_at = NULL");
  }

  @Test
  void theFirstCopyStaysAndOneOfAnEarlierUploadIsNotTakenForThePresentOne() throws Exception {
    long id = copied();
    PersonalVideo row = videos.copied(id, "cloudflare", "another");
    assertThat(row.hosted().orElseThrow().hostedId()).isEqualTo("hosted-" + id);
    assertThat(row.hostedCopy()).isPresent();
    videos.fail(id, "host_slow", "The host was too slow.");
    assertThat(
            inApi(
                    handle ->
                        PersonalVideos.queue(
                            handle, id, new PersonalVideo.Pinned("etag-2", 7), Instant.now()))
                .hostedCopy())
        .isEmpty();
    assertThat(videos.find(id).orElseThrow().hosted()).as("left to be deleted").isEmpty();
  }

  @Test
  void whatIsGivenUpToBeDeletedIsNotQueuedAgain() throws Exception {
    long id = queued();
    videos.fail(id, "host_slow", "The host was too slow.");
    postgres.empty("personal_video_tasks");
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<PersonalVideo> queuedAgain =
          Database.over(postgres.as("worker"))
              .inTransaction(
                  handle -> {
                    handle.execute(
                        "UPDATE personalized_exercise_videos SET removed_at = now() WHERE id = ?",
                        id);
                    // It comes while the removal is not committed, and waits for it.
                    Future<PersonalVideo> later =
                        pool.submit(
                            () ->
                                inApi(
                                    other ->
                                        PersonalVideos.queue(other, id, VERSION, Instant.now())));
                    awaitLock();
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

  private static void awaitLock() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (postgres.rows("SELECT pid FROM pg_locks WHERE NOT granted").isEmpty()) {
      assertThat(System.nanoTime()).as("a statement waits for the row").isLessThan(end);
    }
  }

  @Test
  void aTaskThatIsLostIsEnteredAgain() throws Exception {
    long id = queued();
    postgres.empty("personal_video_tasks");
    assertThat(videos.scheduleLost()).isEqualTo(1);
    assertThat(videos.scheduleLost()).isZero();
    assertThat(tasks().get(0)).containsEntry("task_instance", PersonalVideoTask.instance(id));
  }

  @Test
  void theHostsReportMakesTheTaskDueWhicheverProgramHearsIt() throws Exception {
    long id = copied();
    postgres.run("UPDATE personal_video_tasks SET execution_time = now() + interval '1 hour'");
    assertThat(new PersonalVideos(api).wake("cloudflare", "hosted-" + id)).isTrue();
    assertThat(postgres.rows("SELECT execution_time <= now() AS due FROM personal_video_tasks"))
        .containsExactly(Map.of("due", "t"));
    assertThat(videos.find(id).orElseThrow().state().wokenAt()).isPresent();
    assertThat(videos.wake("cloudflare", "unknown")).isFalse();
    assertThat(videos.hostedAt("cloudflare", "hosted-" + id).map(PersonalVideo::id)).contains(id);
  }

  @Test
  void whatWasNeverUploadedIsAbandonedAfterADay() throws Exception {
    long old = created();
    long withAddress = created();
    inApi(handle -> PersonalVideos.urlCreated(handle, withAddress, "key"));
    long queued = queued();
    postgres.run(
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
        api.inOrg(UUID.randomUUID(), handle -> PersonalVideos.find(handle, id));
    assertThat(seen).isEmpty();
  }
}
