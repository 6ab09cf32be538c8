-- What the media worker works with: the table of its scheduler, as the library db-scheduler defines it, and
-- a row for each run that has ended.
CREATE TABLE scheduled_tasks (
  task_name            text NOT NULL,
  task_instance        text NOT NULL,
  task_data            bytea,
  execution_time       timestamptz NOT NULL,
  picked               boolean NOT NULL,
  picked_by            text,
  last_success         timestamptz,
  last_failure         timestamptz,
  consecutive_failures integer,
  last_heartbeat       timestamptz,
  version              bigint NOT NULL,
  priority             smallint,
  PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX ON scheduled_tasks (execution_time);
CREATE INDEX ON scheduled_tasks (last_heartbeat);

CREATE TABLE job_runs (
  run_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_name     text NOT NULL,
  task_instance text NOT NULL,
  worker        text NOT NULL,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL,
  succeeded     boolean NOT NULL,
  -- what was done, or why it failed
  message       text
);

CREATE INDEX ON job_runs (task_name, succeeded, run_id DESC);

GRANT SELECT, INSERT, UPDATE, DELETE ON scheduled_tasks TO kinebeam_worker;
GRANT SELECT, INSERT, DELETE ON job_runs TO kinebeam_worker;
-- The console shows them.
GRANT SELECT ON scheduled_tasks, job_runs TO kinebeam_core_api;

-- The relay of automations is a part of the worker; the Core API only reads and changes automations.
GRANT EXECUTE ON FUNCTION automation_changes_after, newest_automation_change, wake_snoozed_automations,
  note_told_automation_changes, newest_removed_automation_change, automation_feed_state
  TO kinebeam_worker;
-- The nightly upkeep is one of its tasks.
DO $$
BEGIN
  IF NOT pg_has_role('kinebeam_worker', 'kinebeam_maintenance', 'MEMBER') THEN
    GRANT kinebeam_maintenance TO kinebeam_worker;
  END IF;
END
$$;
