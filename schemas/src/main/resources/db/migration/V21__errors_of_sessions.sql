-- The first errors of each session, so that its timeline needs no archive.
CREATE TABLE media_session_errors (
  error_id         uuid NOT NULL,
  session_id       uuid NOT NULL,
  org_id           uuid NOT NULL,
  patient_id       uuid NOT NULL,
  occurred_at      timestamptz NOT NULL,
  position_seconds double precision,
  code             text,
  message          text CHECK (length(message) <= 500),
  fatal            boolean NOT NULL,
  -- how many events of the session this row was made from: a row made from fewer never replaces it
  events_seen      integer NOT NULL,
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_id, error_id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE INDEX ON media_session_errors (org_id, patient_id, occurred_at DESC);

ALTER TABLE media_session_errors ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_errors FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON media_session_errors FOR SELECT TO kinebeam_gateway
  USING (org_id = current_org());
CREATE POLICY writer ON media_session_errors TO kinebeam_pipeline USING (true) WITH CHECK (true);
CREATE POLICY keeper ON media_session_errors TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON media_session_errors TO kinebeam_gateway;
GRANT SELECT, INSERT, UPDATE ON media_session_errors TO kinebeam_pipeline;
