-- Whoever enters organizations, people and consents: an administrator, or the platform's own system of
-- record. The role reads and writes no table. It calls the functions below; each changes one row, and the
-- audit log has what changed and who changed it: the actor that the caller names, and the login, which the caller
-- cannot choose. Repeating a call changes nothing.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinebeam_registry') THEN
    CREATE ROLE kinebeam_registry NOLOGIN NOBYPASSRLS;
  END IF;
END
$$;

CREATE POLICY keeper ON organizations TO CURRENT_USER USING (true) WITH CHECK (true);

-- Returns 'added', 'changed' or 'unchanged'.
CREATE FUNCTION enter_organization(org uuid, new_name text, by_whom text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  done     text := 'added';
  about    jsonb := jsonb_build_object('session_user', session_user);
  old_name text;
BEGIN
  INSERT INTO organizations (org_id, name) VALUES (org, new_name) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT name INTO old_name FROM organizations WHERE org_id = org FOR UPDATE;
    IF old_name = new_name THEN
      RETURN 'unchanged';
    END IF;
    UPDATE organizations SET name = new_name WHERE org_id = org;
    done := 'changed';
    about := about || jsonb_build_object('old_name', old_name);
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'organization.' || done, org::text, about);
  RETURN done;
END
$$;

-- Returns 'added', 'changed', 'unchanged', 'no_organization', or 'role ' and the role that the person has:
-- that is never changed, since rows of the old role would stay.
CREATE FUNCTION enter_person(org uuid, person uuid, new_role text, new_name text, by_whom text)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  done  text := 'added';
  known text;
BEGIN
  IF NOT EXISTS (SELECT FROM organizations WHERE org_id = org) THEN
    RETURN 'no_organization';
  END IF;
  INSERT INTO people (org_id, person_id, role, display_name) VALUES (org, person, new_role, new_name)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT role INTO known FROM people WHERE org_id = org AND person_id = person;
    IF known <> new_role THEN
      RETURN 'role ' || known;
    END IF;
    UPDATE people SET display_name = new_name
     WHERE org_id = org AND person_id = person AND display_name <> new_name;
    IF NOT FOUND THEN
      RETURN 'unchanged';
    END IF;
    done := 'changed';
  END IF;
  -- Without the name: the audit log outlives the person's data.
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'person.' || done, person::text,
            jsonb_build_object('role', new_role, 'session_user', session_user));
  RETURN done;
END
$$;

-- Returns 'changed', 'unchanged' or 'no_patient'.
CREATE FUNCTION set_consent(org uuid, patient uuid, for_purpose text, agrees boolean, by_whom text)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM people
                  WHERE org_id = org AND person_id = patient AND role = 'patient') THEN
    RETURN 'no_patient';
  END IF;
  INSERT INTO consents AS c (org_id, patient_id, purpose, active)
    VALUES (org, patient, for_purpose, agrees)
    ON CONFLICT (org_id, patient_id, purpose)
    DO UPDATE SET active = agrees, changed_at = now() WHERE c.active <> agrees;
  IF NOT FOUND THEN
    RETURN 'unchanged';
  END IF;
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom,
            CASE WHEN agrees THEN 'consent.granted' ELSE 'consent.withdrawn' END, patient::text,
            jsonb_build_object('purpose', for_purpose, 'session_user', session_user));
  RETURN 'changed';
END
$$;

REVOKE ALL ON FUNCTION enter_organization, enter_person, set_consent FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_organization, enter_person, set_consent TO kinebeam_registry;
