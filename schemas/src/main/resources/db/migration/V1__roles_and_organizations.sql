-- Roles are groups without login: deployments make login users as members of them. None of them
-- owns a table and none may bypass row-level security. Roles belong to the whole cluster, so
-- another database of it may have made them already.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kinebeam_gateway', 'kinebeam_pipeline', 'kinebeam_render'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', wanted);
    END IF;
  END LOOP;
END
$$;

-- The organisation that the running transaction speaks for: set_config('kinebeam.org_id', …, true).
-- Not set means null, and null equals nothing: no organisation, no rows.
CREATE FUNCTION current_org() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('kinebeam.org_id', true), '')::uuid;

CREATE TABLE organizations (
  org_id     uuid PRIMARY KEY,
  name       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE people (
  org_id       uuid NOT NULL REFERENCES organizations,
  person_id    uuid NOT NULL,
  role         text NOT NULL CHECK (role IN ('patient', 'specialist', 'clinic_admin')),
  display_name text NOT NULL,
  active       boolean NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, person_id)
);

-- One row for each purpose that a patient was asked about; the row is the present answer.
CREATE TABLE consents (
  org_id     uuid NOT NULL REFERENCES organizations,
  patient_id uuid NOT NULL,
  purpose    text NOT NULL,
  active     boolean NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, patient_id, purpose)
);

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
ALTER TABLE consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE consents FORCE ROW LEVEL SECURITY;

CREATE POLICY own_org ON organizations TO kinebeam_gateway USING (org_id = current_org());
CREATE POLICY own_org ON people TO kinebeam_gateway USING (org_id = current_org());
CREATE POLICY own_org ON consents TO kinebeam_gateway USING (org_id = current_org());

GRANT SELECT ON organizations, people, consents TO kinebeam_gateway;
