-- All times that playback waited are rows of media_waits; media_buffering_events shows the stalls among
-- them. So whoever counts buffering events counts stalls, and a row whose cause becomes clear with a late
-- event need not move.
ALTER TABLE media_buffering_events RENAME TO media_waits;
ALTER INDEX media_buffering_events_times RENAME TO media_waits_times;

DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'media_waits'::regclass LOOP
    EXECUTE format('ALTER TABLE %s RENAME TO %I', part,
      replace((SELECT relname FROM pg_class WHERE oid = part), 'media_buffering_events', 'media_waits'));
  END LOOP;
END
$$;

ALTER TABLE media_waits
  ALTER COLUMN position_seconds DROP NOT NULL,
  DROP CONSTRAINT media_buffering_events_cause_check,
  -- continued: another wait at the same place was open already; it counts nowhere
  ADD CONSTRAINT media_waits_cause_check CHECK (cause IN ('stall', 'startup', 'seek', 'continued')),
  -- null while the wait lasts, and in rows from before
  ADD COLUMN ended_by text CONSTRAINT media_waits_ended_by_check CHECK (ended_by IN (
    'buffering_end', 'pause', 'seek', 'error', 'session_start', 'session_end', 'buffering_start',
    'playhead', 'silence'));

-- With the reader's own rights: the policies of the table stand.
CREATE VIEW media_buffering_events WITH (security_invoker = true) AS
  SELECT stall_id, session_id, org_id, patient_id, media_id, render_id, position_seconds, started_at,
         ended_at, duration_ms, cause, ended_by, bitrate_before, bitrate_after, resolution_before,
         resolution_after, cdn_response_time_ms, connection_type, effective_bandwidth, recovered,
         events_seen, updated_at
    FROM media_waits
   WHERE cause = 'stall';
GRANT SELECT ON media_buffering_events TO kinebeam_gateway, kinebeam_pipeline;

CREATE OR REPLACE FUNCTION media_months()
  RETURNS TABLE (relation regclass, name text, parent regclass, month date)
  LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  SELECT c.oid::regclass, c.relname::text, i.inhparent::regclass,
         CASE WHEN c.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'
              THEN to_date(right(c.relname, 7), 'YYYY_MM') END
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
   WHERE i.inhparent IN ('media_session_metrics'::regclass, 'media_waits'::regclass,
                         'media_session_errors'::regclass)
$$;

CREATE OR REPLACE FUNCTION ensure_media_partitions(around timestamptz, months_back int, months_ahead int)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  parent text;
  part   text;
  month  timestamp; -- in UTC, so that the session's time zone moves no boundary
BEGIN
  -- Two writers may ask at once; the second waits and finds the work done.
  PERFORM pg_advisory_xact_lock(hashtext('ensure_media_partitions'));
  FOREACH parent IN ARRAY ARRAY['media_session_metrics', 'media_waits', 'media_session_errors'] LOOP
    FOR step IN -months_back .. months_ahead LOOP
      month := date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step);
      part := parent || to_char(month, '_YYYY_MM');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          part, parent, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', part);
        PERFORM vacuum_media_partition_often(part::regclass);
      ELSIF step = 0 AND NOT EXISTS (SELECT FROM pg_inherits
                                      WHERE inhparent = parent::regclass
                                        AND inhrelid = part::regclass) THEN
        RAISE EXCEPTION '% is there but is not a partition of %: attach it again, or rename it', part, parent
          USING ERRCODE = 'check_violation';
      END IF;
    END LOOP;
  END LOOP;
END
$$;

SELECT ensure_media_partitions(now(), 1, 2);

CREATE OR REPLACE FUNCTION erase_returned_sessions(by_whom text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  total bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));
  WITH sessions AS (
    DELETE FROM media_session_metrics AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), waits AS (
    DELETE FROM media_waits AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.started_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), errors AS (
    DELETE FROM media_session_errors AS r USING erased_patients AS e
     WHERE e.org_id = r.org_id AND e.patient_id = r.patient_id AND r.occurred_at < e.refuse_before
    RETURNING r.org_id, r.patient_id
  ), counted AS (
    SELECT org_id, patient_id, count(*) AS n
      FROM (SELECT * FROM sessions UNION ALL SELECT * FROM waits UNION ALL SELECT * FROM errors) AS gone
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

-- Who removes rows waits for the writers of each table, in the order in which these write.
DO $$
DECLARE
  before constant text := $sql$PERFORM pg_advisory_xact_lock(hashtext('media_buffering_events'));$sql$;
  after  constant text := $sql$PERFORM pg_advisory_xact_lock(hashtext('media_waits'));
  PERFORM pg_advisory_xact_lock(hashtext('media_session_errors'));$sql$;
  locked text;
  source text;
BEGIN
  FOREACH locked IN ARRAY ARRAY['erase_patient', 'drop_media_partitions'] LOOP
    source := pg_get_functiondef(locked::regproc);
    IF position(before IN source) = 0 THEN
      RAISE EXCEPTION '% does not lock media_buffering_events: %', locked, source;
    END IF;
    EXECUTE replace(source, before, after);
  END LOOP;
END
$$;
