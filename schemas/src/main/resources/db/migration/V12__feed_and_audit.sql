-- How far the outbox of automations has been published, and how far it has been removed. The relay
-- itself goes by its topic alone: what stands here only keeps rows from going too early.
CREATE TABLE automation_feed (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  told_until    bigint NOT NULL DEFAULT 0,
  removed_until bigint NOT NULL DEFAULT 0
);
INSERT INTO automation_feed DEFAULT VALUES;

ALTER TABLE automation_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE automation_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON automation_feed TO CURRENT_USER USING (true) WITH CHECK (true);

-- The relay has published all changes up to this one, and Kafka has committed them. A feed that was
-- given a new topic begins lower again, and what it still needs stays.
CREATE FUNCTION note_told_automation_changes(published bigint) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE automation_feed SET told_until = published RETURNING told_until
$$;

-- The number of the newest change that retention has removed, 0 when there is none.
CREATE FUNCTION newest_removed_automation_change() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT removed_until FROM automation_feed
$$;

-- Removes the changes from before `boundary`, and tells how many: the oldest ones up to the first that
-- is younger or is not told. The newest of all always stays, as the mark of where the numbers are.
CREATE FUNCTION drop_told_automation_changes(boundary timestamptz, by_whom text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  until bigint;
  total bigint;
BEGIN
  IF boundary > now() - interval '1 day' THEN
    RAISE EXCEPTION 'changes of automations are kept for a day at least; % is later', boundary;
  END IF;
  SELECT told_until INTO until FROM automation_feed FOR UPDATE;
  until := least(until,
                 (SELECT min(change_id) - 1 FROM automation_changes WHERE at >= boundary),
                 (SELECT max(change_id) - 1 FROM automation_changes));
  WITH gone AS (
    DELETE FROM automation_changes WHERE change_id <= until RETURNING org_id, change_id
  ), counted AS (
    SELECT org_id, count(*) AS n FROM gone GROUP BY org_id
  ), noted AS (
    INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
    SELECT gen_random_uuid(), org_id, by_whom, 'retention.changes_dropped', utc_text(boundary),
           jsonb_build_object('rows', n)
      FROM counted
  ), moved AS (
    UPDATE automation_feed SET removed_until = greatest(removed_until, g.newest)
      FROM (SELECT max(change_id) AS newest FROM gone) AS g
  )
  SELECT coalesce(sum(n), 0) INTO total FROM counted;
  RETURN total;
END
$$;

-- An erased patient's id goes out of what the audit log tells about something else; the entry stays.
-- The erasure's own entries keep it as their subject: they are the proof that it was done. An owner
-- who is no superuser is bound by FORCE.
CREATE POLICY mask ON audit_log TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE FUNCTION mask_patient_in_audit_log(org uuid, patient uuid) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  masked bigint;
BEGIN
  UPDATE audit_log SET details = replace(details::text, patient::text, 'erased')::jsonb
   WHERE org_id = org AND details::text LIKE '%' || patient || '%';
  GET DIAGNOSTICS masked = ROW_COUNT;
  RETURN masked;
END
$$;

-- Does it again for the erasures since then: entries may have been on their way. Tells how many.
CREATE FUNCTION mask_erased_in_audit_log(since timestamptz) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT coalesce(sum(mask_patient_in_audit_log(e.org_id, e.patient_id)), 0)::bigint
    FROM erased_patients AS e WHERE e.erased_at >= since
$$;

-- As before, and the audit log beside the tables.
CREATE OR REPLACE FUNCTION erase_patient(org uuid, patient uuid, by_whom text, dry_run boolean)
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
    SELECT count(*) INTO rows FROM audit_log
     WHERE org_id = org AND details::text LIKE '%' || patient || '%';
  ELSE
    rows := mask_patient_in_audit_log(org, patient);
  END IF;
  relation := 'audit_log';
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

REVOKE ALL ON FUNCTION note_told_automation_changes, newest_removed_automation_change,
  drop_told_automation_changes, mask_patient_in_audit_log, mask_erased_in_audit_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION note_told_automation_changes, newest_removed_automation_change
  TO kinebeam_gateway;
GRANT EXECUTE ON FUNCTION drop_told_automation_changes, mask_erased_in_audit_log
  TO kinebeam_maintenance;
