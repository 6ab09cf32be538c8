-- The clinic's figures are made of a few columns of many sessions. A row is three times as wide as these
-- columns and lies among other clinics' rows, so that reading them cost a page for each second session.
-- The index holds them all: a window is read from it alone. What it costs writers is in ADR 19.
CREATE INDEX media_session_metrics_figures ON media_session_metrics (org_id, started_at DESC)
  INCLUDE (status, asked_to_play, started_playing, fatal_error, video_load_time_ms, ttfb_ms,
           stall_count, stall_duration_ms, watched_duration_seconds, metrics_version, media_id,
           patient_id, device, browser, connection_type);

-- The same for the times of an exercise's stalls; they change once, when the stall ends.
CREATE INDEX media_buffering_events_times ON media_buffering_events
  (org_id, media_id, started_at DESC) INCLUDE (cause, duration_ms);

-- An index answers alone only for pages that vacuum has seen since they were last written. By default
-- it comes when a fifth of a month has been added, which a month's partition sees a few times. A
-- partitioned table cannot hold these settings, so each partition has its own.
CREATE FUNCTION vacuum_media_partition_often(part regclass) RETURNS void
  LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  EXECUTE format(
    'ALTER TABLE %s SET (autovacuum_vacuum_insert_scale_factor = 0.02,
                         autovacuum_vacuum_scale_factor = 0.05)', part);
END
$$;
REVOKE ALL ON FUNCTION vacuum_media_partition_often FROM PUBLIC;

DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN
    SELECT inhrelid::regclass FROM pg_inherits
     WHERE inhparent IN ('media_session_metrics'::regclass, 'media_buffering_events'::regclass)
  LOOP
    PERFORM vacuum_media_partition_often(part);
  END LOOP;
END
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
  FOREACH parent IN ARRAY ARRAY['media_session_metrics', 'media_buffering_events'] LOOP
    FOR step IN -months_back .. months_ahead LOOP
      month := date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step);
      part := parent || to_char(month, '_YYYY_MM');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          part, parent, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', part);
        PERFORM vacuum_media_partition_often(part::regclass);
      END IF;
    END LOOP;
  END LOOP;
END
$$;

-- From when on sessions are kept, and the weekly rows can stand for them; it is nobody's secret.
GRANT SELECT ON media_retention TO kinebeam_gateway;

-- Last, since readers wait from here to the end of the migration, and not while the indexes are built.
DROP INDEX media_session_metrics_org_id_started_at_idx;
DROP INDEX media_buffering_events_org_id_media_id_started_at_idx;
