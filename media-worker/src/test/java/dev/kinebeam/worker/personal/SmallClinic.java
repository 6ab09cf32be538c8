package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.testkit.TestPostgres;
import java.time.Instant;
import java.util.UUID;

/** One patient, two therapists who treat the patient, one exercise, and the feature. */
final class SmallClinic implements AutoCloseable {
  final UUID org = UUID.randomUUID();
  final UUID patient = UUID.randomUUID();
  final UUID ana = UUID.randomUUID();
  final UUID ion = UUID.randomUUID();
  private final UUID exercise = UUID.randomUUID();
  final TestPostgres postgres = TestPostgres.migrated();
  private final Database api = Database.over(postgres.as("core_api"));

  SmallClinic() {
    postgres.run(
        """
        INSERT INTO organizations (org_id, name) VALUES ('%1$s', 'Clinic');
        INSERT INTO people (org_id, person_id, role, display_name)
          VALUES ('%1$s', '%2$s', 'patient', 'Maria'), ('%1$s', '%3$s', 'specialist', 'Ana'),
                 ('%1$s', '%4$s', 'specialist', 'Ion');
        INSERT INTO exercises (exercise_id, slug, kind, display_name)
          VALUES ('%5$s', 'squat', 'duration_based', 'Squat');
        INSERT INTO care_links (org_id, patient_id, specialist_id)
          VALUES ('%1$s', '%2$s', '%3$s'), ('%1$s', '%2$s', '%4$s');
        INSERT INTO organization_features (org_id, feature, enabled)
          VALUES ('%1$s', 'therapistPersonalizedExerciseVideo', true);
        """
            .formatted(org, patient, ana, ion, exercise));
  }

  static String key(long id) {
    return "personal-video/" + id + "/1.mp4";
  }

  /** The id of a video whose upload is complete. */
  long queued(UUID therapist, String etag) throws Exception {
    return api.<Long, Exception>inOrg(
        org,
        handle -> {
          AuditActor.set(handle, therapist.toString());
          long id =
              PersonalVideos.create(
                      handle,
                      new PersonalVideo.Assignment(org, patient, exercise, therapist),
                      "video/mp4")
                  .id();
          PersonalVideos.urlCreated(handle, id, key(id));
          PersonalVideos.queue(handle, id, new PersonalVideo.Pinned(etag, 3), Instant.now());
          return id;
        });
  }

  /** Completes the upload of a failed one once more. */
  void queueAgain(long id, String etag) throws Exception {
    api.<PersonalVideo, Exception>inOrg(
        org,
        handle -> {
          AuditActor.set(handle, ana.toString());
          return PersonalVideos.queue(handle, id, new PersonalVideo.Pinned(etag, 3), Instant.now());
        });
  }

  /** Enters rows like the one that is there, until there are so many. */
  void repeat(int many) {
    postgres.run(
        """
        INSERT INTO personalized_exercise_videos
               (org_id, patient_id, exercise_id, doctor_id, storage_key, content_type, etag,
                size_bytes, status)
        SELECT org_id, patient_id, exercise_id, doctor_id, storage_key || n, content_type, etag,
               size_bytes, status
          FROM personalized_exercise_videos, generate_series(2, %d) AS n
        """
            .formatted(many));
  }

  String column(String column, long id) {
    return String.valueOf(
        postgres
            .rows("SELECT " + column + " FROM personalized_exercise_videos WHERE id = " + id)
            .get(0)
            .values()
            .iterator()
            .next());
  }

  int count(String from) {
    return Integer.parseInt(postgres.rows("SELECT count(*) AS n FROM " + from).get(0).get("n"));
  }

  @Override
  public void close() {
    postgres.close();
  }
}
