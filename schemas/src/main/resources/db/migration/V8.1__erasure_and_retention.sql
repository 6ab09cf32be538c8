-- What is called by a scheduler or by whoever answers patients' requests. The role reads and writes no
-- table: it may call the functions below, and each does one thing and notes it in the audit log.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kinebeam_maintenance') THEN
    CREATE ROLE kinebeam_maintenance NOLOGIN NOBYPASSRLS;
  END IF;
END
$$;

-- Whose data must not come back: events of theirs may still be on their way in the log, in a job's
-- state, or in the archive. Writers leave out sessions that began before `refuse_before`. A patient who
-- returns later and agrees again is welcome.
CREATE TABLE erased_patients (
  org_id        uuid NOT NULL,
  patient_id    uuid NOT NULL,
  erased_at     timestamptz NOT NULL,
  -- later than erased_at by what a patient's clock may be ahead and not be mended
  refuse_before timestamptz NOT NULL,
  PRIMARY KEY (org_id, patient_id)
);

ALTER TABLE erased_patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased_patients FORCE ROW LEVEL SECURITY;
CREATE POLICY reader ON erased_patients FOR SELECT TO kinebeam_pipeline USING (true);
CREATE POLICY keeper ON erased_patients TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON consents TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON people TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON erased_patients TO kinebeam_pipeline;

CREATE FUNCTION patient_sessions(org uuid, patient uuid) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT session_id FROM media_session_metrics WHERE org_id = org AND patient_id = patient
$$;

-- Removes every row of one patient: from each table that has the columns org_id and patient_id, whoever
-- adds it, and from people; tells how many of each. With dry_run it only counts. To be called in a
-- transaction of its own; running writers of sessions are waited for, later ones know the patient as
-- erased.
CREATE FUNCTION erase_patient(org uuid, patient uuid, by_whom text, dry_run boolean)
  RETURNS TABLE (relation text, removed bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  holder regclass;
  rows   bigint;
  known  boolean;
  total  bigint := 0;
  told   jsonb := '{}';
BEGIN
  IF NOT dry_run THEN
    PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
    PERFORM pg_advisory_xact_lock(hashtext('media_buffering_events'));
  END IF;
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
    IF dry_run THEN
      EXECUTE format('SELECT count(*) FROM %s WHERE org_id = $1 AND patient_id = $2', holder)
        INTO rows USING org, patient;
    ELSE
      EXECUTE format('DELETE FROM %s WHERE org_id = $1 AND patient_id = $2', holder)
        USING org, patient;
      GET DIAGNOSTICS rows = ROW_COUNT;
    END IF;
    relation := holder::text;
    removed := rows;
    total := total + rows;
    told := told || jsonb_build_object(relation, rows);
    RETURN NEXT;
  END LOOP;

  IF dry_run THEN
    SELECT count(*) INTO rows FROM people
     WHERE org_id = org AND person_id = patient AND role = 'patient';
  ELSE
    DELETE FROM people WHERE org_id = org AND person_id = patient AND role = 'patient';
    GET DIAGNOSTICS rows = ROW_COUNT;
  END IF;
  relation := 'people';
  removed := rows;
  total := total + rows;
  told := told || jsonb_build_object(relation, rows);
  RETURN NEXT;

  IF dry_run THEN
    RETURN;
  END IF;
  known := EXISTS (SELECT FROM erased_patients AS e WHERE e.org_id = org AND e.patient_id = patient);
  -- Asked again with nothing left to erase: the first time stands.
  IF total > 0 OR NOT known THEN
    INSERT INTO erased_patients VALUES (org, patient, now(), now() + interval '10 minutes')
      ON CONFLICT (org_id, patient_id) DO UPDATE
      SET erased_at = excluded.erased_at, refuse_before = excluded.refuse_before;
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      VALUES (gen_random_uuid(), org, by_whom, 'patient.erased', patient::text, told);
  END IF;
END
$$;

-- When the patient was last erased; null when never.
CREATE FUNCTION patient_erased_at(org uuid, patient uuid) RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT erased_at FROM erased_patients WHERE org_id = org AND patient_id = patient
$$;

-- The erasures since then, to be done again in files that were written meanwhile.
CREATE FUNCTION erasures_since(since timestamptz)
  RETURNS TABLE (org uuid, patient uuid, erased_at timestamptz, refuse_before timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT e.org_id, e.patient_id, e.erased_at, e.refuse_before FROM erased_patients AS e
   WHERE e.erased_at >= since ORDER BY e.erased_at, e.org_id, e.patient_id
$$;

-- Notes what was erased outside of the database.
CREATE FUNCTION note_erased_files(org uuid, patient uuid, by_whom text, files jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'patient.files_erased', patient::text, files)
$$;

-- Removes sessions and stalls of erased patients that a writer of an older release brought back.
CREATE FUNCTION erase_returned_sessions(by_whom text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_buffering_events'));
  WITH sessions AS (
    DELETE FROM media_session_metrics AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), stalls AS (
    DELETE FROM media_buffering_events AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), counted AS (
    SELECT org_id, patient_id, count(*) AS n
      FROM (SELECT * FROM sessions UNION ALL SELECT * FROM stalls) AS gone
     GROUP BY org_id, patient_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'patient.erased_again', patient_id::text,
           jsonb_build_object('rows', n)
      FROM counted
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$$;

-- Which of these sessions have a row.
CREATE FUNCTION known_sessions(wanted uuid[]) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT DISTINCT session_id FROM media_session_metrics WHERE session_id = ANY (wanted)
$$;

-- Drops the monthly partitions that end at or before `boundary`, the first moment of a month in UTC,
-- and tells them with their rows. The weekly rows stay. Never drops the last three whole months.
CREATE FUNCTION drop_media_partitions(boundary timestamptz, by_whom text)
  RETURNS TABLE (dropped text, held bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s'
AS $$
DECLARE
  part record;
BEGIN
  IF boundary AT TIME ZONE 'UTC' <> date_trunc('month', boundary AT TIME ZONE 'UTC') THEN
    RAISE EXCEPTION 'partitions are whole months in UTC; % does not begin one', boundary;
  END IF;
  IF boundary > (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '3 months')
                AT TIME ZONE 'UTC' THEN
    RAISE EXCEPTION 'at least three whole months are kept; % is later', boundary;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_media_partitions'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_buffering_events'));
  UPDATE media_retention SET counted_from = greatest(counted_from, boundary);
  FOR part IN
    SELECT c.relname AS name, c.oid::regclass AS relation
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent IN ('media_session_metrics'::regclass, 'media_buffering_events'::regclass)
       AND to_date(right(c.relname, 7), 'YYYY_MM') < (boundary AT TIME ZONE 'UTC')::date
     ORDER BY c.relname
  LOOP
    dropped := part.name;
    EXECUTE format(
      'WITH counted AS (SELECT org_id, count(*) AS n FROM %s GROUP BY org_id),
            noted AS (INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
                      SELECT gen_random_uuid(), org_id, $1, ''retention.dropped'', $2,
                             jsonb_build_object(''rows'', n) FROM counted)
       SELECT coalesce(sum(n), 0)::bigint FROM counted', part.relation)
      INTO held USING by_whom, part.name;
    EXECUTE format('DROP TABLE %s', part.relation);
    RETURN NEXT;
  END LOOP;
END
$$;

-- Removes the weekly rows of weeks that began before, and tells how many; never of weeks whose
-- sessions are still kept.
CREATE FUNCTION drop_weekly_rows(boundary date, by_whom text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  WITH gone AS (
    DELETE FROM media_session_weekly_agg
     WHERE week < boundary
       AND week + 7 <= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC'
    RETURNING org_id
  ), counted AS (
    SELECT org_id, count(*) AS n FROM gone GROUP BY org_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'retention.weeks_dropped', boundary::text,
           jsonb_build_object('rows', n)
      FROM counted
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$$;

REVOKE ALL ON FUNCTION patient_sessions, erase_patient, patient_erased_at, erasures_since,
  note_erased_files, erase_returned_sessions, known_sessions, drop_media_partitions,
  drop_weekly_rows FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patient_sessions, erase_patient, patient_erased_at, erasures_since,
  note_erased_files, erase_returned_sessions, known_sessions, drop_media_partitions,
  drop_weekly_rows, reconcile_media_week, media_weeks, ensure_media_partitions
  TO kinebeam_maintenance;
