-- Where patients are in their workouts: one row for each exercise that was begun. It is no measurement
-- (those are media_session_metrics, kept only with consent): it is what lets a patient go on after a reload or
-- on another device.
CREATE TABLE workout_progress (
  -- Of the workout and not of its exercise: erasure deletes in the order of the tables' names, and counts what
  -- it deletes of each.
  workout_id  uuid NOT NULL REFERENCES workouts ON DELETE CASCADE,
  position    smallint NOT NULL,
  org_id      uuid NOT NULL,
  patient_id  uuid NOT NULL,
  -- where the video stopped
  position_ms integer NOT NULL CHECK (position_ms >= 0),
  -- when it was first played to its end
  finished_at timestamptz,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workout_id, position)
);

CREATE INDEX ON workout_progress (org_id, patient_id);

ALTER TABLE workout_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE workout_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON workout_progress TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY own_org ON workout_progress TO kinebeam_core_api
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());
GRANT SELECT, INSERT ON workout_progress TO kinebeam_core_api;
GRANT UPDATE (position_ms, finished_at, updated_at) ON workout_progress TO kinebeam_core_api;
