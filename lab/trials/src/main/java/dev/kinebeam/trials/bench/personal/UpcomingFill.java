package dev.kinebeam.trials.bench.personal;

import dev.kinebeam.trials.personal.PersonalStage;
import java.sql.SQLException;
import java.util.UUID;

/** Patients with a workout, every exercise of which was recorded for the patient. */
final class UpcomingFill {
  static final int EXERCISES = 20;

  private static final String EXERCISES_SQL =
      """
      INSERT INTO exercises (slug, kind, status, display_name)
      SELECT 'bench-' || n, 'reps_based', 'published', 'Squat ' || n FROM generate_series(1, %d) AS n;
      INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version,
                                    recipe, status, host, host_video_id, duration_seconds, finished_at)
      SELECT gen_random_uuid(), exercise_id, md5(slug), 'ro', 1, '{}', 'ready', 'bunny',
             gen_random_uuid()::text, 96, now()
        FROM exercises WHERE slug LIKE 'bench-%%';
      ANALYZE exercises, exercise_renders;
      """;

  /** With tomorrow's date, which has not passed in any clinic's time. */
  private static final String PATIENT_SQL =
      """
      INSERT INTO people (org_id, person_id, role, display_name)
      VALUES ('%1$s', '%2$s', 'patient', 'Person');
      INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES ('%1$s', '%2$s', '%3$s');
      INSERT INTO personalized_exercise_videos (org_id, patient_id, exercise_id, doctor_id,
                                                content_type, etag, host, hosted_id, duration_seconds,
                                                status, active)
      SELECT '%1$s', '%2$s', exercise_id, '%3$s', 'video/mp4', 'an-etag', 'cloudflare',
             md5(slug || '%2$s'), 30, 'COMPLETED', true
        FROM exercises WHERE slug LIKE 'bench-%%';
      INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by, visible_at)
      VALUES (gen_random_uuid(), '%1$s', '%2$s', current_date + 1, 'visible', 'bench', now());
      INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language,
                                     sets, render_id)
      SELECT w.workout_id, row_number() OVER (ORDER BY e.slug) - 1, w.org_id, w.patient_id, e.exercise_id,
             'ro', '[{"side": "left", "reps": 10}]', r.render_id
        FROM workouts AS w CROSS JOIN exercises AS e JOIN exercise_renders AS r USING (exercise_id)
       WHERE w.patient_id = '%2$s' AND e.slug LIKE 'bench-%%';
      """;

  private final PersonalStage stage;

  private UpcomingFill(PersonalStage stage) {
    this.stage = stage;
  }

  /** Enters the exercises, and a video of each that is ready. */
  static UpcomingFill into(PersonalStage stage) throws SQLException {
    stage.sql().execute(EXERCISES_SQL.formatted(EXERCISES));
    return new UpcomingFill(stage);
  }

  /** Enters another patient. */
  UUID patient() throws SQLException {
    UUID patient = UUID.randomUUID();
    stage.sql().execute(PATIENT_SQL.formatted(stage.org(), patient, stage.therapist()));
    return patient;
  }
}
