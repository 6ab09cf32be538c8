-- Whether the clinic's people found an automation useful: the last answer of each person.
CREATE TABLE automation_feedback (
  automation_id uuid NOT NULL REFERENCES automations ON DELETE CASCADE,
  person_id     uuid NOT NULL,
  org_id        uuid NOT NULL,
  useful        boolean NOT NULL,
  given_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (automation_id, person_id)
);

ALTER TABLE automation_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON automation_feedback TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY own_org ON automation_feedback TO kinebeam_core_api
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());
GRANT SELECT, INSERT, UPDATE ON automation_feedback TO kinebeam_core_api;
