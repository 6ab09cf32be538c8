-- A workout of three exercises per patient and day of the last two weeks; today's is visible. Yesterday's and earlier ones
-- are completed except where the patient is quiet. One patient's workout of today waits for a video.
INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by, created_at, visible_at, ended_at)
SELECT md5('workout ' || patient_id || day)::uuid, :org, patient_id, date, CASE WHEN day > 0 AND day >= quiet_days THEN 'completed' ELSE 'visible' END,
       :specialist, date - interval '1 day', date - interval '1 day' + interval '3 minutes',
       CASE WHEN day > 0 AND day >= quiet_days THEN date + interval '18 hours' END
  FROM jsonb_to_recordset(:patients::jsonb) AS p(patient_id uuid, quiet_days int)
 CROSS JOIN LATERAL (SELECT day, (:now AT TIME ZONE 'Europe/Bucharest')::date - day AS date FROM generate_series(0, 13) AS day) AS days;

INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language, sets, render_id)
SELECT workout_id, position, :org, w.patient_id, e.exercise_id, p.language,
       '[{"side":"left","reps":10},{"side":"right","reps":10}]', r.render_id
  FROM workouts AS w
  JOIN jsonb_to_recordset(:patients::jsonb) AS p(patient_id uuid, language text) ON p.patient_id = w.patient_id
  JOIN (SELECT *, row_number() OVER (ORDER BY slug) - 1 AS position FROM exercises
                                 WHERE exercise_id IN (SELECT exercise_id FROM exercise_previews)) AS e ON position < 3
  JOIN exercise_renders AS r ON r.exercise_id = e.exercise_id AND r.language = p.language AND r.recipe_hash = 'sets of ten'
 WHERE w.org_id = :org;

INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, status, created_by)
VALUES (md5('workout in preparation')::uuid, :org, (:patients::jsonb -> 1 ->> 'patient_id')::uuid,
        (:now AT TIME ZONE 'Europe/Bucharest')::date + 1, 'preparing', :specialist);
INSERT INTO workout_exercises (workout_id, position, org_id, patient_id, exercise_id, language, sets, render_id)
SELECT w.workout_id, n - 1, :org, w.patient_id, r.exercise_id, 'ro', '[{"side":"left","reps":12}]', r.render_id
  FROM workouts AS w, (SELECT *, row_number() OVER (ORDER BY recipe_hash) AS n FROM exercise_renders
                        WHERE recipe_hash IN ('being made', 'failed')) AS r
 WHERE w.workout_id = md5('workout in preparation')::uuid;

INSERT INTO workout_progress (workout_id, position, org_id, patient_id, position_ms, finished_at)
SELECT workout_id, position, org_id, patient_id, 100000, w.ended_at
  FROM workouts AS w JOIN workout_exercises USING (workout_id, org_id, patient_id) WHERE w.status = 'completed' AND org_id = :org;
