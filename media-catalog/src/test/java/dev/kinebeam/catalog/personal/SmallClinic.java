package dev.kinebeam.catalog.personal;

import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.testkit.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.HandleCallback;

/** One patient, one therapist who treats the patient, and the feature. */
final class SmallClinic implements AutoCloseable {
  static final PersonalVideo.Pinned VERSION = new PersonalVideo.Pinned("etag-1", 1000);

  final UUID org = UUID.randomUUID();
  final UUID patient = UUID.randomUUID();
  final UUID doctor = UUID.randomUUID();
  final TestPostgres postgres = TestPostgres.migrated();
  final Database api = Database.over(postgres.as("core_api"));
  final PersonalVideos videos = new PersonalVideos(Database.over(postgres.as("worker")));

  SmallClinic() {
    postgres.run(
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'Clinic');
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%1$s', '%2$s', 'patient', 'Maria'), ('%1$s', '%3$s', 'specialist', 'Ana');
        """
            .formatted(org, patient, doctor));
  }

  /** As at the beginning, without a video. */
  void empty() {
    postgres.empty("personalized_exercise_videos", "personal_video_tasks", "care_links");
    postgres.run("DELETE FROM audit_log WHERE action LIKE 'personal_video.%'");
    postgres.run(
        """
        INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES ('%1$s', '%2$s', '%3$s');
        INSERT INTO organization_features (org_id, feature, enabled)
          VALUES ('%1$s', 'therapistPersonalizedExerciseVideo', true)
          ON CONFLICT (org_id, feature) DO UPDATE SET enabled = true;
        """
            .formatted(org, patient, doctor));
  }

  UUID exercise(String slug) {
    UUID id = UUID.randomUUID();
    postgres.run(
        """
        INSERT INTO exercises (exercise_id, slug, kind, display_name)
          VALUES ('%s', '%s', 'duration_based', 'Squat')
        """
            .formatted(id, slug));
    return id;
  }

  <T> T inApi(HandleCallback<T, Exception> work) throws Exception {
    return api.inOrg(
        org,
        handle -> {
          AuditActor.set(handle, doctor.toString());
          return work.withHandle(handle);
        });
  }

  PersonalVideo.Assignment assigned(UUID exercise) {
    return new PersonalVideo.Assignment(org, patient, exercise, doctor);
  }

  long created(UUID exercise) throws Exception {
    return inApi(handle -> PersonalVideos.create(handle, assigned(exercise), "video/mp4").id());
  }

  long queued(UUID exercise) throws Exception {
    long id = created(exercise);
    inApi(handle -> PersonalVideos.urlCreated(handle, id, "personal-video/" + id + "/1.mp4"));
    inApi(handle -> PersonalVideos.queue(handle, id, VERSION, Instant.now()));
    return id;
  }

  /** As the worker records its copy. */
  long copied(UUID exercise) throws Exception {
    long id = queued(exercise);
    postgres.run(
        """
        UPDATE personalized_exercise_videos
           SET host = 'cloudflare', hosted_id = 'hosted-' || id, hosted_etag = etag
         WHERE id = %d
        """
            .formatted(id));
    return id;
  }

  long active(UUID exercise) throws Exception {
    return videos.activate(copied(exercise), Duration.ofSeconds(10)).id();
  }

  /** Until a statement of another connection waits for a lock. */
  void awaitLock() {
    Eventually.until(
        "a statement waits for a lock",
        () ->
            !postgres
                .rows(
                    "SELECT pid FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                .isEmpty());
  }

  PersonalVideo read(long id) {
    return videos.find(id).orElseThrow();
  }

  @Override
  public void close() {
    postgres.close();
  }
}
