-- Sessions of browsers. The Core API reaches the rows by the functions below alone, each of which needs the
-- cookie's value: it can neither list sessions nor make one for a person who is not entered.

-- People of the platform (superadmins), who belong to no organization. Entered when they first sign in.
CREATE TABLE platform_people (
  person_id    uuid PRIMARY KEY,
  display_name text NOT NULL DEFAULT 'Superadmin',
  locale       text CHECK (locale ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  -- switched off by the operator: ends the person's sessions
  active       boolean NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT (person_id, display_name), UPDATE (display_name, locale)
  ON platform_people TO kinebeam_core_api;

CREATE TABLE web_sessions (
  -- SHA-256 of the cookie's random value: who reads the table cannot use a session
  token_hash   bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  person_id    uuid NOT NULL,
  -- null: a superadmin
  org_id       uuid,
  role         text NOT NULL CHECK (role IN ('patient', 'specialist', 'clinic_admin', 'superadmin')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- exact to a minute
  last_used_at timestamptz NOT NULL DEFAULT now(),
  -- however much it is used
  expires_at   timestamptz NOT NULL DEFAULT now() + interval '24 hours',
  CHECK ((org_id IS NULL) = (role = 'superadmin')),
  -- an erased person's sessions end with the person
  FOREIGN KEY (org_id, person_id) REFERENCES people ON DELETE CASCADE
);

CREATE INDEX ON web_sessions (last_used_at);
CREATE INDEX ON web_sessions (org_id, person_id);

ALTER TABLE web_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE web_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON web_sessions TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE FUNCTION may_have_web_session(person uuid, org uuid, as_role text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT CASE WHEN as_role = 'superadmin'
              THEN org IS NULL
                   AND NOT EXISTS (SELECT FROM platform_people WHERE person_id = person AND NOT active)
              ELSE EXISTS (SELECT FROM people
                            WHERE org_id = org AND person_id = person AND role = as_role AND active)
         END
$$;

-- Returns false, and begins none, for a person who is not entered with this role, or not active. Deletes up
-- to 100 sessions that have expired: more than it adds.
CREATE FUNCTION begin_web_session(hash bytea, person uuid, org uuid, as_role text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM web_sessions WHERE token_hash IN (
    SELECT token_hash FROM web_sessions WHERE last_used_at <= now() - interval '8 hours'
     ORDER BY last_used_at LIMIT 100 FOR UPDATE SKIP LOCKED);
  IF NOT may_have_web_session(person, org, as_role) THEN
    RETURN false;
  END IF;
  INSERT INTO web_sessions (token_hash, person_id, org_id, role) VALUES (hash, person, org, as_role);
  RETURN true;
END
$$;

-- Whose session it is, if it is one that still counts; notes that it was used. It ends when the person is no
-- longer active.
CREATE FUNCTION use_web_session(hash bytea)
  RETURNS TABLE (person_id uuid, org_id uuid, role text, expires_at timestamptz)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  found web_sessions;
BEGIN
  SELECT * INTO found FROM web_sessions AS s
   WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_used_at > now() - interval '8 hours';
  IF found.token_hash IS NULL THEN
    RETURN;
  END IF;
  IF NOT may_have_web_session(found.person_id, found.org_id, found.role) THEN
    DELETE FROM web_sessions AS s WHERE s.token_hash = hash;
    RETURN;
  END IF;
  -- A page asks for much at once: one of its requests writes, and none waits for it.
  IF found.last_used_at < now() - interval '1 minute' THEN
    UPDATE web_sessions AS s SET last_used_at = now() WHERE s.token_hash = (
      SELECT u.token_hash FROM web_sessions AS u WHERE u.token_hash = hash FOR UPDATE SKIP LOCKED);
  END IF;
  RETURN QUERY SELECT found.person_id, found.org_id, found.role, found.expires_at;
END
$$;

CREATE FUNCTION end_web_session(hash bytea) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  DELETE FROM web_sessions WHERE token_hash = hash
$$;

REVOKE ALL ON FUNCTION may_have_web_session, begin_web_session, use_web_session, end_web_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION begin_web_session, use_web_session, end_web_session TO kinebeam_core_api;
