-- What was prescribed: a render of each exercise, and in the last 100 days two workouts a week of three
-- exercises for each patient, so about as many as the patients' sessions. Written as a program's rows are
-- but for the triggers, which would note one audit entry each.
INSERT INTO exercise_renders (
  render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, host, host_video_id,
  duration_seconds)
  SELECT md5('render ' || substr(slug, 16))::uuid, exercise_id, md5(slug), 'en', 1, '{}', 'ready', 'own',
         slug, 240
    FROM exercises WHERE slug LIKE 'bench-exercise-%';

ALTER TABLE workouts DISABLE TRIGGER USER;

INSERT INTO workouts (
  workout_id, org_id, patient_id, scheduled_for, status, created_by, created_at, visible_at, ended_at)
  SELECT gen_random_uuid(), o.org_id, md5(o.org_id || ' patient ' || p)::uuid, day::date,
         CASE WHEN done THEN 'completed' ELSE 'visible' END, 'bench', day - interval '3 days',
         day - interval '3 days', CASE WHEN done THEN day + interval '18 hours' END
    FROM bench_clinic_orgs AS o
   CROSS JOIN generate_series(0, o.patients - 1) AS p
   CROSS JOIN generate_series(0, 99) AS back
   CROSS JOIN LATERAL (SELECT ${until}::date - back::int AS day,
                              back > 0 AND (p * 7 + back * 3) % 10 < 7 AS done) AS d
   WHERE (p + back) % 7 IN (0, 3);

ALTER TABLE workouts ENABLE TRIGGER USER;

INSERT INTO workout_exercises (
  workout_id, position, org_id, patient_id, exercise_id, language, render_id)
  SELECT w.workout_id, i, w.org_id, w.patient_id, e.exercise_id, 'en', r.render_id
    FROM workouts AS w
   CROSS JOIN generate_series(0, 2) AS i
    JOIN exercises AS e
      ON e.slug = 'bench-exercise-' || (abs(hashtext(w.patient_id::text)) % 20 + i * 20)
    JOIN exercise_renders AS r ON r.exercise_id = e.exercise_id;
