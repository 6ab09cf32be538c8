-- Who is who, who treats whom, and what a clinic has switched on. Every change goes through one of the
-- functions below, which notes it in the audit log with the actor that the caller names and the login, which
-- the caller cannot choose. Repeating a call changes nothing.
CREATE FUNCTION is_time_zone(wanted text) RETURNS boolean
  LANGUAGE sql STABLE
AS $$
  -- The names of the IANA database: abbreviations and rules of one's own are accepted by PostgreSQL and by
  -- nothing else.
  SELECT wanted = 'UTC'
      OR wanted LIKE '%/%' AND wanted NOT LIKE 'posix/%' AND wanted NOT LIKE 'right/%'
         AND EXISTS (SELECT FROM pg_timezone_names WHERE name = wanted)
$$;

ALTER TABLE organizations
  -- in whose days and weeks the clinic's figures are counted
  ADD COLUMN time_zone          text NOT NULL DEFAULT 'UTC',
  ADD COLUMN locale             text NOT NULL DEFAULT 'en'
                                CHECK (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  -- of sessions and stalls; null: as long as the platform keeps them
  ADD COLUMN retention_months   integer CHECK (retention_months BETWEEN 1 AND 1200),
  -- the clinic's sessions from before are no longer kept, and their weekly counts stand
  ADD COLUMN sessions_kept_from timestamptz NOT NULL DEFAULT '-infinity';

-- As long as the platform keeps sessions, in months; the nightly upkeep enters it.
ALTER TABLE media_retention
  ADD COLUMN session_months integer NOT NULL DEFAULT 13 CHECK (session_months > 0);

-- null: the clinic's
ALTER TABLE people
  ADD COLUMN locale text CHECK (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$');

CREATE FUNCTION check_time_zone() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.time_zone = OLD.time_zone THEN
    RETURN NEW;
  END IF;
  IF NOT is_time_zone(NEW.time_zone) THEN
    RAISE EXCEPTION 'time_zone is %; it must be UTC or a name of the IANA database such as Europe/Bucharest',
      NEW.time_zone USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER check_time_zone BEFORE INSERT OR UPDATE OF time_zone ON organizations
  FOR EACH ROW EXECUTE FUNCTION check_time_zone();

-- A specialist treats a patient as long as the link has no end.
CREATE TABLE care_links (
  org_id        uuid NOT NULL,
  patient_id    uuid NOT NULL,
  specialist_id uuid NOT NULL,
  started_at    timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz CHECK (ended_at >= started_at),
  PRIMARY KEY (org_id, patient_id, specialist_id),
  FOREIGN KEY (org_id, patient_id) REFERENCES people,
  FOREIGN KEY (org_id, specialist_id) REFERENCES people
);

CREATE INDEX ON care_links (org_id, specialist_id, patient_id) WHERE ended_at IS NULL;

CREATE TABLE organization_features (
  org_id     uuid NOT NULL REFERENCES organizations,
  feature    text NOT NULL CHECK (feature ~ '^[a-z][A-Za-z0-9]{0,63}$'),
  enabled    boolean NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, feature)
);

-- The text that the patient was shown.
ALTER TABLE consents ADD COLUMN text_version text;

-- Every answer that a patient gave; the row of consents is the latest.
CREATE TABLE consent_changes (
  change_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id       uuid NOT NULL,
  patient_id   uuid NOT NULL,
  purpose      text NOT NULL,
  text_version text,
  active       boolean NOT NULL,
  by_whom      text NOT NULL,
  at           timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON consent_changes (org_id, patient_id, purpose, change_id DESC);

DO $$
DECLARE
  restricted text;
BEGIN
  FOREACH restricted IN ARRAY ARRAY['care_links', 'organization_features', 'consent_changes'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', restricted);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', restricted);
    EXECUTE format('CREATE POLICY keeper ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', restricted);
    EXECUTE format('CREATE POLICY own_org ON %I FOR SELECT TO kinebeam_core_api'
                   ' USING (org_id = current_org())', restricted);
    EXECUTE format('GRANT SELECT ON %I TO kinebeam_core_api', restricted);
  END LOOP;
END
$$;

ALTER POLICY own_org ON organizations TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON people TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON consents TO kinebeam_gateway, kinebeam_core_api;
ALTER POLICY own_org ON audit_log TO kinebeam_gateway, kinebeam_core_api;
GRANT SELECT ON organizations, people, consents, audit_log TO kinebeam_core_api;

-- Until now every specialist reached every patient of the organization: those that are there keep that, in
-- writing, and can switch it off. New ones begin with care links alone.
INSERT INTO organization_features (org_id, feature, enabled)
  SELECT org_id, 'allActivePatientsDashboard', true FROM organizations;
INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
  SELECT gen_random_uuid(), org_id, 'migration', 'feature.enabled', 'allActivePatientsDashboard',
         jsonb_build_object('session_user', session_user)
    FROM organizations;

INSERT INTO consent_changes (org_id, patient_id, purpose, active, by_whom, at)
  SELECT org_id, patient_id, purpose, active, 'migration', changed_at FROM consents ORDER BY changed_at;

-- Whoever writes consents writes their history.
CREATE FUNCTION note_consent_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO consent_changes (org_id, patient_id, purpose, text_version, active, by_whom)
    VALUES (NEW.org_id, NEW.patient_id, NEW.purpose, NEW.text_version, NEW.active,
            coalesce(nullif(current_setting('kinebeam.actor', true), ''), session_user));
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_consent_change FROM PUBLIC;

CREATE TRIGGER note_answer AFTER INSERT ON consents
  FOR EACH ROW EXECUTE FUNCTION note_consent_change();
CREATE TRIGGER note_change AFTER UPDATE ON consents
  FOR EACH ROW WHEN ((OLD.active, OLD.text_version) IS DISTINCT FROM (NEW.active, NEW.text_version))
  EXECUTE FUNCTION note_consent_change();

-- The functions below run with their owner's rights. A program that serves several organizations may act
-- only for the one that its transaction speaks for; a login of the named group for any.
CREATE FUNCTION require_org(org uuid, any_org_group text) RETURNS void
  LANGUAGE plpgsql STABLE
AS $$
BEGIN
  IF org IS DISTINCT FROM current_org() AND NOT pg_has_role(session_user, any_org_group, 'USAGE') THEN
    RAISE EXCEPTION 'the transaction does not speak for the organization %', org
      USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$$;

DROP FUNCTION enter_organization, enter_person, set_consent;

-- Returns 'added', 'changed', 'unchanged', 'no_time_zone', or 'retention ' and the most months. What is null
-- stays as it is; 0 months are the platform's.
CREATE FUNCTION enter_organization(org uuid, new_name text, by_whom text, new_zone text DEFAULT NULL,
    new_locale text DEFAULT NULL, new_months integer DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  done   text := 'added';
  was    organizations;
  is_now organizations;
  most   integer := (SELECT session_months FROM media_retention);
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  -- Every writer of sessions waits for the lock, and looking a zone up reads hundreds of files.
  IF NOT is_time_zone(new_zone) THEN
    RETURN 'no_time_zone';
  END IF;
  IF new_months > most THEN
    RETURN 'retention ' || most;
  END IF;
  -- Before the row's own lock, as whoever moves weekly counts takes it.
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  INSERT INTO organizations (org_id, name, time_zone, locale, retention_months)
    VALUES (org, new_name, coalesce(new_zone, 'UTC'), coalesce(new_locale, 'en'), nullif(new_months, 0))
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO was FROM organizations WHERE org_id = org FOR UPDATE;
    UPDATE organizations
       SET name = new_name, time_zone = coalesce(new_zone, time_zone),
           locale = coalesce(new_locale, locale),
           retention_months = CASE WHEN new_months IS NULL THEN retention_months
                                   ELSE nullif(new_months, 0) END
     WHERE org_id = org
     RETURNING * INTO is_now;
    IF (was.name, was.time_zone, was.locale, was.retention_months)
       IS NOT DISTINCT FROM (is_now.name, is_now.time_zone, is_now.locale, is_now.retention_months) THEN
      RETURN 'unchanged';
    END IF;
    done := 'changed';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'organization.' || done, org::text,
            jsonb_strip_nulls(jsonb_build_object(
              'session_user', session_user,
              'old_name', nullif(was.name, is_now.name),
              'old_time_zone', nullif(was.time_zone, is_now.time_zone),
              'old_locale', nullif(was.locale, is_now.locale),
              'old_retention_months', CASE WHEN was.retention_months IS DISTINCT FROM is_now.retention_months
                                           THEN coalesce(was.retention_months, 0) END)));
  RETURN done;
END
$$;

-- Returns 'added', 'changed', 'unchanged', 'no_organization', or 'role ' and the role that the person has:
-- that is never changed, since rows of the old role would stay. What is null stays as it is.
CREATE FUNCTION enter_person(org uuid, person uuid, new_role text, new_name text, by_whom text,
    is_active boolean DEFAULT NULL, new_locale text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  done   text := 'added';
  was    people;
  is_now people;
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM organizations WHERE org_id = org) THEN
    RETURN 'no_organization';
  END IF;
  INSERT INTO people (org_id, person_id, role, display_name, active, locale)
    VALUES (org, person, new_role, new_name, coalesce(is_active, true), new_locale)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO was FROM people WHERE org_id = org AND person_id = person FOR UPDATE;
    IF was.role <> new_role THEN
      RETURN 'role ' || was.role;
    END IF;
    UPDATE people
       SET display_name = new_name, active = coalesce(is_active, active),
           locale = coalesce(new_locale, locale)
     WHERE org_id = org AND person_id = person
     RETURNING * INTO is_now;
    IF (was.display_name, was.active, was.locale)
       IS NOT DISTINCT FROM (is_now.display_name, is_now.active, is_now.locale) THEN
      RETURN 'unchanged';
    END IF;
    done := 'changed';
  END IF;
  -- Without the name: the audit log outlives the person's data.
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'person.' || done, person::text,
            jsonb_strip_nulls(jsonb_build_object(
              'role', new_role, 'session_user', session_user,
              'active', CASE WHEN was.active <> is_now.active THEN is_now.active END)));
  RETURN done;
END
$$;

-- Returns 'changed', 'unchanged' or 'no_patient'. A version that is null stays as it is.
CREATE FUNCTION set_consent(org uuid, patient uuid, for_purpose text, agrees boolean, by_whom text,
    version text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM people
                  WHERE org_id = org AND person_id = patient AND role = 'patient') THEN
    RETURN 'no_patient';
  END IF;
  PERFORM set_config('kinebeam.actor', by_whom, true);
  INSERT INTO consents AS c (org_id, patient_id, purpose, active, text_version)
    VALUES (org, patient, for_purpose, agrees, version)
    ON CONFLICT (org_id, patient_id, purpose)
    DO UPDATE SET active = agrees, text_version = coalesce(version, c.text_version), changed_at = now()
     WHERE (c.active, c.text_version) IS DISTINCT FROM (agrees, coalesce(version, c.text_version));
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN agrees THEN 'consent.granted' ELSE 'consent.withdrawn' END, patient::text,
            jsonb_strip_nulls(jsonb_build_object(
              'purpose', for_purpose, 'text_version', version, 'session_user', session_user)));
  RETURN 'changed';
END
$$;

-- Returns 'changed', 'unchanged', 'no_patient' or 'no_specialist'.
CREATE FUNCTION set_care_link(org uuid, patient uuid, specialist uuid, linked boolean, by_whom text)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM people WHERE org_id = org AND person_id = patient AND role = 'patient') THEN
    RETURN 'no_patient';
  END IF;
  IF NOT EXISTS (SELECT FROM people
                  WHERE org_id = org AND person_id = specialist AND role = 'specialist') THEN
    RETURN 'no_specialist';
  END IF;
  IF linked THEN
    INSERT INTO care_links AS l (org_id, patient_id, specialist_id) VALUES (org, patient, specialist)
      ON CONFLICT (org_id, patient_id, specialist_id)
      DO UPDATE SET started_at = now(), ended_at = NULL WHERE l.ended_at IS NOT NULL;
  ELSE
    -- now() is when the transaction began, which may be before the link did.
    UPDATE care_links SET ended_at = greatest(now(), started_at)
     WHERE org_id = org AND patient_id = patient AND specialist_id = specialist AND ended_at IS NULL;
  END IF;
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN linked THEN 'care_link.begun' ELSE 'care_link.ended' END, patient::text,
            jsonb_build_object('specialist', specialist, 'session_user', session_user));
  RETURN 'changed';
END
$$;

-- Returns 'changed', 'unchanged' or 'no_organization'. A feature that was never set is off.
CREATE FUNCTION set_feature(org uuid, wanted text, is_enabled boolean, by_whom text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM require_org(org, 'kinebeam_registry');
  IF NOT EXISTS (SELECT FROM organizations WHERE org_id = org) THEN
    RETURN 'no_organization';
  END IF;
  INSERT INTO organization_features AS f (org_id, feature, enabled) VALUES (org, wanted, is_enabled)
    ON CONFLICT (org_id, feature)
    DO UPDATE SET enabled = is_enabled, changed_at = now() WHERE f.enabled <> is_enabled;
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN is_enabled THEN 'feature.enabled' ELSE 'feature.disabled' END, wanted,
            jsonb_build_object('session_user', session_user));
  RETURN 'changed';
END
$$;

REVOKE ALL ON FUNCTION enter_organization, enter_person, set_consent, set_care_link, set_feature FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_organization, enter_person, set_consent, set_care_link, set_feature
  TO kinebeam_registry, kinebeam_core_api;

-- The tables that hold rows of patients: each that has the columns org_id and patient_id, whoever adds it.
-- What is erased and what a patient is given are the rows of these, so that neither is less than the other.
CREATE FUNCTION patient_tables() RETURNS SETOF regclass
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  holder regclass;
BEGIN
  FOR holder IN
    SELECT c.oid::regclass FROM pg_class AS c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition AND c.oid <> 'erased_patients'::regclass
       AND 2 = (SELECT count(*) FROM pg_attribute AS a
                 WHERE a.attrelid = c.oid AND a.attname IN ('org_id', 'patient_id')
                   AND NOT a.attisdropped)
     ORDER BY c.relname
  LOOP
    -- An owner who is no superuser is bound by FORCE: rows that it cannot see would stay unnoticed.
    IF row_security_active(holder)
       AND NOT EXISTS (SELECT FROM pg_policy AS p
                        WHERE p.polrelid = holder AND p.polcmd = '*'
                          AND pg_get_expr(p.polqual, p.polrelid) = 'true'
                          AND (SELECT oid FROM pg_roles WHERE rolname = current_user)
                              = ANY (p.polroles)) THEN
      RAISE EXCEPTION 'the rows of % cannot be erased: it has no policy that lets its owner (%) '
        'see them all; add one to its migration', holder, current_user;
    END IF;
    RETURN NEXT holder;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION patient_tables FROM PUBLIC;

DO $$
DECLARE
  source  text := pg_get_functiondef('erase_patient'::regproc);
  first   constant integer := position('    SELECT c.oid::regclass FROM pg_class AS c' IN source);
  last    constant integer := position('    IF dry_run THEN' IN source);
BEGIN
  IF first = 0 OR last < first THEN
    RAISE EXCEPTION 'erase_patient() does not list its tables as it did: %', source;
  END IF;
  EXECUTE left(source, first - 1)
    || E'    SELECT t FROM patient_tables() AS t\n  LOOP\n'
    || substr(source, last);
END
$$;
