-- The list of a clinic's patients asks each patient's workouts for their days and states, and for the latest
-- that was completed: both are answered by an index alone.
CREATE INDEX workouts_days_of_patients ON workouts (org_id, patient_id, scheduled_for) INCLUDE (status);
CREATE INDEX workouts_completed ON workouts (org_id, patient_id, ended_at) WHERE status = 'completed';
