-- What patients are prescribed. A workout is prepared until the videos of all its exercises are ready, and
-- becomes visible to the patient in the transaction in which the last of them does.
CREATE TABLE workouts (
  workout_id    uuid PRIMARY KEY,
  org_id        uuid NOT NULL,
  patient_id    uuid NOT NULL,
  -- a day of the clinic's time zone
  scheduled_for date NOT NULL,
  status        text NOT NULL DEFAULT 'preparing'
                CHECK (status IN ('preparing', 'visible', 'completed', 'cancelled')),
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  visible_at    timestamptz,
  -- when it was completed or cancelled
  ended_at      timestamptz,
  FOREIGN KEY (org_id, patient_id) REFERENCES people
);

CREATE INDEX ON workouts (org_id, scheduled_for, workout_id);
CREATE INDEX ON workouts (org_id, patient_id, scheduled_for, workout_id);

CREATE TABLE workout_exercises (
  workout_id     uuid NOT NULL REFERENCES workouts ON DELETE CASCADE,
  position       smallint NOT NULL,
  org_id         uuid NOT NULL,
  patient_id     uuid NOT NULL,
  exercise_id    uuid NOT NULL REFERENCES exercises,
  language       text NOT NULL,
  -- [{"side": …, "reps": …}] as a recipe has them; null: a whole video
  sets           jsonb CHECK (jsonb_typeof(sets) = 'array'),
  -- what plays
  render_id      uuid NOT NULL REFERENCES exercise_renders ON UPDATE CASCADE,
  -- what takes its place as soon as it is ready: the same of a newer asset version
  next_render_id uuid REFERENCES exercise_renders ON UPDATE CASCADE ON DELETE SET NULL,
  -- its video could not be made, and the workout was released without it
  left_out       boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workout_id, position)
);

CREATE INDEX ON workout_exercises (render_id);
CREATE INDEX ON workout_exercises (next_render_id) WHERE next_render_id IS NOT NULL;
CREATE INDEX ON workout_exercises (org_id, patient_id);

-- How long the latest renders took is asked for each one that is awaited.
CREATE INDEX exercise_renders_finished ON exercise_renders (finished_at DESC) WHERE status = 'ready';

DO $$
DECLARE
  restricted text;
BEGIN
  FOREACH restricted IN ARRAY ARRAY['workouts', 'workout_exercises'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', restricted);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', restricted);
    EXECUTE format('CREATE POLICY keeper ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', restricted);
    EXECUTE format('CREATE POLICY own_org ON %I TO kinebeam_core_api'
                   ' USING (org_id = current_org()) WITH CHECK (org_id = current_org())', restricted);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO kinebeam_core_api', restricted);
  END LOOP;
END
$$;

GRANT UPDATE (status, ended_at) ON workouts TO kinebeam_core_api;
GRANT UPDATE (render_id, next_render_id, left_out) ON workout_exercises TO kinebeam_core_api;

-- Draws the consequences for a workout of what its renders are: a newer one that is ready, or that replaces
-- one that is not, takes the older one's place; with the last one ready the workout becomes visible.
--
-- The workout's row is locked before the renders' states are read, so that of two renders which become ready
-- at once the later transaction sees both. Whoever begins to name a render asks for it first
-- (request_render, which locks it), then locks the workout, names it and calls this: so none of two
-- transactions misses the other. Renders are locked before exercises, and both before workouts, everywhere;
-- several of a kind in the order of their ids.
CREATE FUNCTION settle_workout(workout uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM workouts AS w
    WHERE w.workout_id = workout AND w.status IN ('preparing', 'visible') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE workout_exercises AS x SET render_id = x.next_render_id, next_render_id = NULL
    FROM exercise_renders AS present, exercise_renders AS newer
   WHERE x.workout_id = workout AND present.render_id = x.render_id AND newer.render_id = x.next_render_id
     AND (newer.status = 'ready' OR present.status <> 'ready');
  UPDATE workouts AS w SET status = 'visible', visible_at = now()
   WHERE w.workout_id = workout AND w.status = 'preparing'
     AND EXISTS (SELECT FROM workout_exercises AS x WHERE x.workout_id = workout AND NOT x.left_out)
     AND NOT EXISTS (SELECT FROM workout_exercises AS x JOIN exercise_renders AS r USING (render_id)
                      WHERE x.workout_id = workout AND NOT x.left_out AND r.status <> 'ready');
END
$$;

CREATE FUNCTION settle_workouts_of_render() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM settle_workout(named.workout_id)
     FROM (SELECT workout_id FROM workout_exercises WHERE render_id = NEW.render_id
            UNION
           SELECT workout_id FROM workout_exercises WHERE next_render_id = NEW.render_id
            ORDER BY workout_id) AS named;
  RETURN NULL;
END
$$;

-- After settle_preview, which locks the exercise: triggers run in the order of their names.
CREATE TRIGGER settle_workouts AFTER UPDATE ON exercise_renders
  FOR EACH ROW WHEN (NEW.status = 'ready'
                     AND (OLD.status <> NEW.status OR OLD.render_id <> NEW.render_id))
  EXECUTE FUNCTION settle_workouts_of_render();

-- What workouts in preparation wait for in vain: composers refuse the renders of an earlier asset version than
-- their exercise's present one. recipe is the dose, version that present one.
CREATE FUNCTION overtaken_workouts()
  RETURNS TABLE (workout uuid, org uuid, place smallint, present uuid, recipe text, version integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT w.workout_id, w.org_id, x.position, x.render_id, r.recipe::text, e.asset_version
    FROM workouts AS w
    JOIN workout_exercises AS x USING (workout_id)
    JOIN exercise_renders AS r ON r.render_id = x.render_id
    JOIN exercises AS e ON e.exercise_id = x.exercise_id
   WHERE w.status = 'preparing' AND NOT x.left_out AND r.status <> 'ready' AND r.recipe IS NOT NULL
     AND r.asset_version < e.asset_version AND e.status <> 'archived'
   ORDER BY w.workout_id, x.position
$$;

CREATE INDEX ON workouts (workout_id) WHERE status = 'preparing';

-- Names the render that takes the place of the present one, in a workout in preparation; the caller has asked
-- for it in the same transaction.
CREATE FUNCTION follow_in_workout(workout uuid, place smallint, present uuid, newer uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM FROM workouts AS w
    WHERE w.workout_id = workout AND w.status = 'preparing' FOR NO KEY UPDATE;
  IF FOUND THEN
    UPDATE workout_exercises AS x SET next_render_id = newer
     WHERE x.workout_id = workout AND x.position = place AND x.render_id = present;
    PERFORM settle_workout(workout);
  END IF;
END
$$;

REVOKE ALL ON FUNCTION settle_workout, settle_workouts_of_render, overtaken_workouts, follow_in_workout FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overtaken_workouts, follow_in_workout, request_render TO kinebeam_worker;
GRANT EXECUTE ON FUNCTION settle_workout TO kinebeam_core_api;

CREATE FUNCTION audit_workout() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NEW.org_id, audit_actor(),
            'workout.' || CASE TG_OP WHEN 'INSERT' THEN 'prescribed' ELSE NEW.status END,
            NEW.workout_id::text,
            jsonb_build_object('patient_id', NEW.patient_id));
  RETURN NULL;
END
$$;

CREATE TRIGGER audit_new AFTER INSERT ON workouts
  FOR EACH ROW EXECUTE FUNCTION audit_workout();
CREATE TRIGGER audit_status AFTER UPDATE ON workouts
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION audit_workout();

-- Those who follow a workout see what becomes of it among the changes of its renders, numbered with them.
-- The entries name no patient.
ALTER TABLE render_changes ADD COLUMN workout_id uuid;
CREATE INDEX ON render_changes (workout_id, change_id) WHERE workout_id IS NOT NULL;

CREATE FUNCTION note_workout_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, workout_id, payload)
    VALUES ('workout.' || NEW.status, NEW.workout_id,
            jsonb_build_object('workout_id', NEW.workout_id, 'status', NEW.status, 'at', utc_text(now())));
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON workouts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status <> NEW.status)
  EXECUTE FUNCTION note_workout_change();

REVOKE ALL ON FUNCTION audit_workout, note_workout_change FROM PUBLIC;

-- As before, and for the workouts that are or will be played: many are never completed, and those whose day is
-- more than 30 days ago get the present asset version when they are opened after all.
CREATE OR REPLACE FUNCTION render_in_use(render uuid) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM exercise_previews AS p WHERE p.render_id = render)
      OR EXISTS (SELECT FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
                  WHERE r.render_id = render AND e.catalog_render_id = render)
      OR EXISTS (SELECT FROM preview_orders AS o WHERE o.render_id = render)
      OR EXISTS (SELECT FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
                  WHERE x.render_id = render AND w.status IN ('preparing', 'visible')
                    AND w.scheduled_for > current_date - 30)
      OR EXISTS (SELECT FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
                  WHERE x.next_render_id = render AND w.status IN ('preparing', 'visible')
                    AND w.scheduled_for > current_date - 30)
      -- No session lasts for a week; the bound leaves out the partitions of other months.
      OR EXISTS (SELECT FROM media_session_metrics AS m
                  WHERE m.render_id = render AND m.started_at > now() - interval '7 days'
                    AND m.last_event_at > now() - interval '1 hour')
$$;

REVOKE ALL ON FUNCTION render_in_use FROM PUBLIC;
GRANT EXECUTE ON FUNCTION render_in_use TO kinebeam_worker, kinebeam_render;
