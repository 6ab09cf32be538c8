-- How far each patient came on each day that is counted (V56): with what was prescribed for the day, and in
-- any session of it. Reached steps: 0 opened, 1 started to play, 2 completed. Rows of a day are right
-- where the day is counted, which is where media_session_days has its row of kind all; others are leftovers of
-- a day that has changed since, and are replaced when it is counted again (ADR 64).
CREATE TABLE patient_days (
  org_id     uuid NOT NULL,
  day        date NOT NULL,
  patient_id uuid NOT NULL,
  -- exercises of visible workouts
  assigned   integer NOT NULL,
  opened     integer NOT NULL,
  started    integer NOT NULL,
  completed  integer NOT NULL,
  -- the furthest of the patient's sessions that began on the day; null where none did
  step       smallint CHECK (step BETWEEN 0 AND 2),
  PRIMARY KEY (org_id, day, patient_id) INCLUDE (assigned, opened, started, completed, step)
);
ALTER TABLE patient_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE patient_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON patient_days FOR SELECT TO kinebeam_core_api
  USING (org_id = current_org());
CREATE POLICY keeper ON patient_days TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON patient_days TO kinebeam_core_api;

-- The exercises of a clinic's visible workouts of one day of its zone, and how far each came in the
-- patient's sessions of that day: those that played a render of the same exercise and recipe, or the exercise
-- where they did not report which render, or one that is replaced since then, as of a whole video that
-- was imported anew. The step is null where no session is of it.
CREATE FUNCTION prescribed_steps(org uuid, wanted date, zone text)
  RETURNS TABLE (patient_id uuid, step integer)
  LANGUAGE sql STABLE
AS $$
  SELECT w.patient_id, max(played.step)
    FROM workouts AS w
    JOIN workout_exercises AS x ON x.workout_id = w.workout_id
    JOIN exercise_renders AS r ON r.render_id = x.render_id
    JOIN exercises AS e ON e.exercise_id = x.exercise_id
    LEFT JOIN (SELECT s.patient_id, s.media_id, p.render_id, p.exercise_id, p.recipe_hash,
                      CASE WHEN NOT s.started_playing THEN 0
                           WHEN s.status = 'completed' THEN 2 ELSE 1 END AS step
                 FROM media_session_metrics AS s
                 LEFT JOIN exercise_renders AS p ON p.render_id = s.render_id
                WHERE s.org_id = org AND s.started_at >= wanted::timestamp AT TIME ZONE zone
                  AND s.started_at < (wanted + 1)::timestamp AT TIME ZONE zone) AS played
      ON played.patient_id = w.patient_id
         AND (played.exercise_id = r.exercise_id AND played.recipe_hash = r.recipe_hash
              OR played.render_id IS NULL AND played.media_id = e.media_id)
   WHERE w.org_id = org AND w.scheduled_for = wanted AND w.status IN ('visible', 'completed')
     AND NOT x.left_out
   GROUP BY w.patient_id, x.workout_id, x.position
$$;
REVOKE ALL ON FUNCTION prescribed_steps FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prescribed_steps TO kinebeam_core_api;

ALTER FUNCTION count_media_day RENAME TO count_sessions_of_day;
REVOKE ALL ON FUNCTION count_sessions_of_day FROM kinebeam_maintenance;

-- Returns whether the day's rows were others than what is counted now.
CREATE FUNCTION count_patients_of_day(org uuid, wanted date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  zone   text := coalesce((SELECT time_zone FROM organizations WHERE org_id = org), 'UTC');
  others boolean;
BEGIN
  WITH now AS MATERIALIZED (
    SELECT patient_id, sum(assigned)::integer AS assigned, sum(opened)::integer AS opened,
           sum(started)::integer AS started, sum(completed)::integer AS completed,
           max(step)::smallint AS step
      FROM (SELECT p.patient_id, count(*) AS assigned,
                   count(*) FILTER (WHERE p.step >= 0) AS opened,
                   count(*) FILTER (WHERE p.step >= 1) AS started,
                   count(*) FILTER (WHERE p.step >= 2) AS completed, NULL::integer AS step
              FROM prescribed_steps(org, wanted, zone) AS p
             GROUP BY p.patient_id
             UNION ALL
            SELECT m.patient_id, 0, 0, 0, 0,
                   max(CASE WHEN NOT m.started_playing THEN 0
                            WHEN m.status = 'completed' THEN 2 ELSE 1 END)
              FROM media_session_metrics AS m
             WHERE m.org_id = org AND m.started_at >= wanted::timestamp AT TIME ZONE zone
               AND m.started_at < (wanted + 1)::timestamp AT TIME ZONE zone
             GROUP BY m.patient_id) AS parts
     GROUP BY patient_id
  ), gone AS (
    DELETE FROM patient_days AS d
     WHERE d.org_id = org AND d.day = wanted
       AND NOT EXISTS (SELECT FROM now WHERE now.patient_id = d.patient_id)
    RETURNING 1
  ), put AS (
    INSERT INTO patient_days AS d
    SELECT org, wanted, n.patient_id, n.assigned, n.opened, n.started, n.completed, n.step
      FROM now AS n
        ON CONFLICT ON CONSTRAINT patient_days_pkey DO UPDATE
       SET assigned = excluded.assigned, opened = excluded.opened, started = excluded.started,
           completed = excluded.completed, step = excluded.step
     WHERE (d.assigned, d.opened, d.started, d.completed, d.step)
           IS DISTINCT FROM (excluded.assigned, excluded.opened, excluded.started,
                             excluded.completed, excluded.step)
    RETURNING 1
  ) SELECT EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM put) INTO others;
  RETURN others;
END
$$;

-- Counts one day of one clinic anew, and returns whether it had been counted and was not right. Writers of
-- sessions, and of the workouts of days that are over, wait for it, a few milliseconds.
CREATE FUNCTION count_media_day(org uuid, wanted date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  counted  boolean;
  sessions boolean;
  patients boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  counted := EXISTS (SELECT FROM media_session_days
                      WHERE org_id = org AND kind = 'all' AND day = wanted);
  sessions := count_sessions_of_day(org, wanted);
  patients := count_patients_of_day(org, wanted);
  RETURN counted AND (sessions OR patients);
END
$$;
REVOKE ALL ON FUNCTION count_patients_of_day, count_media_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_media_day TO kinebeam_maintenance;

ALTER FUNCTION uncounted_media_days RENAME TO uncounted_session_days;
REVOKE ALL ON FUNCTION uncounted_session_days FROM kinebeam_maintenance;

CREATE FUNCTION uncounted_media_days(most integer) RETURNS TABLE (org uuid, wanted date)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM patient_days AS d USING organizations AS o
   WHERE o.org_id = d.org_id
     AND d.day < (greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from,
                           '2000-01-01Z'::timestamptz) AT TIME ZONE o.time_zone)::date;
  RETURN QUERY SELECT * FROM uncounted_session_days(most);
END
$$;
REVOKE ALL ON FUNCTION uncounted_media_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION uncounted_media_days TO kinebeam_maintenance;

-- A workout of a day that may be counted has changed: the day is counted again. It waits for whoever counts,
-- so that no count misses it; a workout of today waits for nobody.
CREATE FUNCTION forget_day_of_workout() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  changed record;
BEGIN
  FOR changed IN
    SELECT DISTINCT w.org_id, w.scheduled_for AS day
      FROM changed_workouts AS c
      JOIN workouts AS w ON w.workout_id = c.workout_id
      LEFT JOIN organizations AS o ON o.org_id = w.org_id
     WHERE w.scheduled_for
           < ((now() - interval '2 hours') AT TIME ZONE coalesce(o.time_zone, 'UTC'))::date
  LOOP
    PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
    DELETE FROM media_session_days
     WHERE org_id = changed.org_id AND day = changed.day
       AND kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
  END LOOP;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION forget_day_of_workout FROM PUBLIC;

CREATE TRIGGER forget_day_new AFTER INSERT ON workouts
  REFERENCING NEW TABLE AS changed_workouts
  FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE TRIGGER forget_day_changed AFTER UPDATE ON workouts
  REFERENCING NEW TABLE AS changed_workouts
  FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE TRIGGER forget_day_new AFTER INSERT ON workout_exercises
  REFERENCING NEW TABLE AS changed_workouts
  FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();
CREATE TRIGGER forget_day_changed AFTER UPDATE ON workout_exercises
  REFERENCING NEW TABLE AS changed_workouts
  FOR EACH STATEMENT EXECUTE FUNCTION forget_day_of_workout();

-- Days that are counted already have no patients yet: they are counted again.
DELETE FROM media_session_days;
