-- Who did what to whose data: refused take-overs of sessions, erasures, changes of thresholds and
-- automations. Rows are only ever added. Whoever may add the same row twice (a job that replays)
-- derives its id from what happened and inserts ON CONFLICT DO NOTHING.
CREATE TABLE audit_log (
  audit_id uuid PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT now(),
  org_id   uuid NOT NULL,
  -- a person's id, or the name of a program
  actor    text NOT NULL,
  -- such as session.take_over_refused, patient.erased, thresholds.changed
  action   text NOT NULL,
  -- what it was done to: a session's, patient's, automation's id
  subject  text NOT NULL,
  details  jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX ON audit_log (org_id, at DESC);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

CREATE POLICY own_org ON audit_log FOR SELECT TO kinebeam_gateway USING (org_id = current_org());
CREATE POLICY add_own ON audit_log FOR INSERT TO kinebeam_gateway WITH CHECK (org_id = current_org());
CREATE POLICY add_any ON audit_log FOR INSERT TO kinebeam_pipeline WITH CHECK (true);

GRANT SELECT, INSERT ON audit_log TO kinebeam_gateway;
GRANT INSERT ON audit_log TO kinebeam_pipeline;
