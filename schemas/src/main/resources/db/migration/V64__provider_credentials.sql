-- Credentials of the services that host videos, for each environment of the platform: a copy of one
-- environment's database does not give another one its secrets.
CREATE TABLE platform_service_providers (
  provider    text NOT NULL CHECK (provider ~ '^[a-z][a-z_]{0,39}$'),
  environment text NOT NULL CHECK (environment ~ '^[a-z][a-z0-9-]{0,39}$'),
  -- what may be shown
  settings    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  -- {"api_token": {"key_id": …, "sealed": …}}: AES-256-GCM under a key that the database does not have
  secrets     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(secrets) = 'object'),
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  text NOT NULL DEFAULT audit_actor(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  updated_by  text NOT NULL DEFAULT audit_actor(),
  PRIMARY KEY (provider, environment)
);

-- The audit log has what was changed by its name, and no value.
CREATE FUNCTION audit_service_provider() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  old_settings jsonb := '{}';
  old_secrets  jsonb := '{}';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_settings := OLD.settings;
    old_secrets := OLD.secrets;
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), NULL, audit_actor(),
            CASE TG_OP WHEN 'INSERT' THEN 'provider.added' ELSE 'provider.changed' END,
            NEW.provider,
            jsonb_build_object(
              'environment', NEW.environment,
              'settings', changed_names(old_settings, NEW.settings),
              'secrets', changed_names(old_secrets, NEW.secrets)));
  RETURN NULL;
END
$$;

-- The names of one object or the other that have not the same value in both.
CREATE FUNCTION changed_names(before jsonb, after jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
  RETURN (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]')
            FROM jsonb_object_keys(before || after) AS name
           WHERE before -> name IS DISTINCT FROM after -> name);

CREATE TRIGGER audit AFTER INSERT OR UPDATE ON platform_service_providers
  FOR EACH ROW EXECUTE FUNCTION audit_service_provider();

REVOKE ALL ON FUNCTION audit_service_provider, changed_names FROM PUBLIC;
GRANT SELECT ON platform_service_providers TO kinebeam_core_api, kinebeam_worker;
GRANT SELECT, INSERT, UPDATE ON platform_service_providers TO kinebeam_admin;
