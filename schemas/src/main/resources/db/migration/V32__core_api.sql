-- The Core API asks what the gateway asked until now; the gateway keeps its rights for one version, so
-- that the last version's gateway runs on this schema. No policy and no function has to know the role:
-- it inherits the gateway's. Roles belong to the server: another database may have made both already,
-- and only the login that made the gateway's role, or a superuser, may grant it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinebeam_core_api') THEN
    CREATE ROLE kinebeam_core_api NOLOGIN NOBYPASSRLS;
  END IF;
  IF NOT pg_has_role('kinebeam_core_api', 'kinebeam_gateway', 'MEMBER') THEN
    GRANT kinebeam_gateway TO kinebeam_core_api;
  END IF;
END
$$;
