-- A clinic may keep its sessions for a shorter time than the platform. Deletes the rows of at most 31 days of
-- one clinic that keeps them no longer, the oldest first, and returns what it deleted; no row when nothing is
-- left to delete. To be repeated until then, each in a transaction of its own, since writers wait for it. The
-- weekly counts stay, as they do when the platform drops a month. A month ends in the clinic's time zone.
CREATE FUNCTION drop_expired_rows(moment timestamptz, by_whom text)
  RETURNS TABLE (org uuid, kept_from timestamptz, removed bigint)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  clinic record;
  oldest timestamptz;
  until  timestamptz;
  n      bigint;
BEGIN
  IF moment > now() + interval '1 day' THEN
    RAISE EXCEPTION 'rows of the future cannot have expired; % is later than now', moment;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  FOR clinic IN
    SELECT org_id,
           (date_trunc('month', moment AT TIME ZONE time_zone) - make_interval(months => retention_months))
             AT TIME ZONE time_zone AS boundary
      FROM organizations WHERE retention_months IS NOT NULL ORDER BY org_id
  LOOP
    UPDATE organizations SET sessions_kept_from = clinic.boundary
     WHERE org_id = clinic.org_id AND sessions_kept_from < clinic.boundary;
    oldest := least(
      (SELECT min(started_at) FROM media_session_metrics
        WHERE org_id = clinic.org_id AND started_at < clinic.boundary),
      (SELECT min(started_at) FROM media_waits
        WHERE org_id = clinic.org_id AND started_at < clinic.boundary),
      (SELECT min(occurred_at) FROM media_session_errors
        WHERE org_id = clinic.org_id AND occurred_at < clinic.boundary));
    CONTINUE WHEN oldest IS NULL;
    until := least(clinic.boundary, oldest + interval '31 days');
    org := clinic.org_id;
    kept_from := clinic.boundary;
    removed := 0;
    DELETE FROM media_session_metrics WHERE org_id = org AND started_at >= oldest AND started_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    DELETE FROM media_waits WHERE org_id = org AND started_at >= oldest AND started_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    DELETE FROM media_session_errors WHERE org_id = org AND occurred_at >= oldest AND occurred_at < until;
    GET DIAGNOSTICS n = ROW_COUNT;
    removed := removed + n;
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      VALUES (gen_random_uuid(), org, by_whom, 'retention.expired', utc_text(kept_from),
              jsonb_build_object('rows', removed));
    RETURN NEXT;
    RETURN;
  END LOOP;
END
$$;

-- As long as the platform keeps sessions: the most that a clinic may keep them.
CREATE FUNCTION set_session_months(months integer) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE media_retention SET session_months = months WHERE session_months <> months
$$;

-- Why a row of the archive is rightly not in its table.
CREATE POLICY reader ON organizations FOR SELECT TO kinebeam_pipeline USING (true);
GRANT SELECT (org_id, sessions_kept_from) ON organizations TO kinebeam_pipeline;

-- Everything that is kept of a patient, row by row: of the tables that erasure empties, and the audit entries
-- that name the patient.
CREATE FUNCTION export_patient(org uuid, patient uuid, by_whom text)
  RETURNS TABLE (relation text, content text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  holder regclass;
BEGIN
  PERFORM require_org(org, 'kinebeam_maintenance');
  INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    VALUES (gen_random_uuid(), org, by_whom, 'patient.exported', patient::text,
            jsonb_build_object('session_user', session_user));
  RETURN QUERY SELECT 'audit_log'::text, to_jsonb(a)::text FROM audit_log AS a
                WHERE a.org_id = org AND (a.subject = patient::text
                                          OR a.details::text LIKE '%' || patient || '%')
                ORDER BY a.at, a.audit_id;
  FOR holder IN SELECT t FROM patient_tables() AS t LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %L::text, to_jsonb(r)::text FROM %s AS r WHERE org_id = $1 AND patient_id = $2', holder::text, holder)
      USING org, patient;
  END LOOP;
  RETURN QUERY SELECT 'people'::text, to_jsonb(p)::text FROM people AS p
                WHERE p.org_id = org AND p.person_id = patient AND p.role = 'patient';
END
$$;

REVOKE ALL ON FUNCTION drop_expired_rows, set_session_months, export_patient FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_expired_rows, set_session_months TO kinebeam_maintenance;
GRANT EXECUTE ON FUNCTION export_patient TO kinebeam_maintenance, kinebeam_core_api;
