-- A prescribed exercise that was played as the patient's personal video was played, too, also where it has
-- nothing else to play.
CREATE OR REPLACE FUNCTION prescribed_steps(org uuid, wanted date, zone text)
  RETURNS TABLE (patient_id uuid, step integer)
  LANGUAGE sql STABLE
AS $$
  SELECT w.patient_id, max(played.step)
    FROM workouts AS w
    JOIN workout_exercises AS x ON x.workout_id = w.workout_id
    LEFT JOIN exercise_renders AS r ON r.render_id = x.render_id
    JOIN exercises AS e ON e.exercise_id = x.exercise_id
    LEFT JOIN (SELECT s.patient_id, s.media_id, p.render_id, p.exercise_id, p.recipe_hash,
                      v.exercise_id AS personal_for,
                      CASE WHEN NOT s.started_playing THEN 0
                           WHEN s.status = 'completed' THEN 2 ELSE 1 END AS step
                 FROM media_session_metrics AS s
                 LEFT JOIN exercise_renders AS p ON p.render_id = s.render_id
                 LEFT JOIN personalized_exercise_videos AS v
                   ON v.media_id = s.media_id AND v.patient_id = s.patient_id
                WHERE s.org_id = org AND s.started_at >= wanted::timestamp AT TIME ZONE zone
                  AND s.started_at < (wanted + 1)::timestamp AT TIME ZONE zone) AS played
      ON played.patient_id = w.patient_id
         AND (played.exercise_id = r.exercise_id AND played.recipe_hash = r.recipe_hash
              OR played.render_id IS NULL
                 AND (played.media_id = e.media_id
                      -- a personal video follows an exercise that is merged into another
                      OR played.personal_for = coalesce(e.replaced_by, e.exercise_id)))
   WHERE w.org_id = org AND w.scheduled_for = wanted AND w.status IN ('visible', 'completed')
     AND NOT x.left_out
   GROUP BY w.patient_id, x.workout_id, x.position
$$;
