package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideos;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real PostgreSQL with the worker's rights. */
@Tag("servers")
class PersonalVideoSweepTest {
  @Test
  void noStateLastsForEver() throws Exception {
    try (SmallClinic clinic = new SmallClinic()) {
      Database database = Database.over(clinic.postgres.as("worker"));
      PersonalVideoSweep sweep =
          new PersonalVideoSweep(
              new PersonalVideos(database), new ProcessingRows(database), Duration.ofDays(7));
      long lost = clinic.queued(clinic.ana, "etag");
      long stuck = clinic.queued(clinic.ana, "etag");
      long abandoned = clinic.queued(clinic.ana, "etag");
      long uploading = clinic.queued(clinic.ana, "etag");
      clinic.postgres.empty("personal_video_tasks");
      clinic.postgres.run(
          """
          ALTER TABLE personalized_exercise_videos DISABLE TRIGGER USER;
          UPDATE personalized_exercise_videos SET queued_at = now() - interval '25 hours'
           WHERE id = %1$d;
          UPDATE personalized_exercise_videos SET status = 'UPLOAD_URL_CREATED',
                 updated_at = CASE id WHEN %2$d THEN now() - interval '25 hours' ELSE now() END
           WHERE id IN (%2$d, %3$d);
          ALTER TABLE personalized_exercise_videos ENABLE TRIGGER USER;
          """
              .formatted(stuck, abandoned, uploading));

      assertThat(sweep.run())
          .contains(
              "1 uploads abandoned, 1 failed after a day of processing, 1 tasks entered again");

      assertThat(clinic.column("failure_code", abandoned)).isEqualTo("upload_abandoned");
      assertThat(clinic.column("failure_code", stuck)).isEqualTo("processing_stuck");
      assertThat(clinic.column("status", uploading)).isEqualTo("UPLOAD_URL_CREATED");
      assertThat(clinic.column("status", lost)).isEqualTo("PROCESSING_QUEUED");
      assertThat(clinic.count("personal_video_tasks")).isEqualTo(1);
      assertThat(sweep.run()).as("it is done").isEmpty();

      clinic.postgres.run(
          """
          ALTER TABLE personalized_exercise_videos DISABLE TRIGGER USER;
          UPDATE personalized_exercise_videos SET updated_at = now() - interval '8 days'
           WHERE status = 'FAILED';
          ALTER TABLE personalized_exercise_videos ENABLE TRIGGER USER;
          """);
      assertThat(sweep.run()).contains("2 whose files are given up after their grace");
      assertThat(clinic.count("personal_video_leftovers WHERE storage_key IS NOT NULL"))
          .isEqualTo(2);
    }
  }
}
