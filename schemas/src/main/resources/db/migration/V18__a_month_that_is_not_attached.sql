-- A partition that an operator has detached keeps its name. The month then counted as there, and its rows
-- were refused without a hint. Rows of such a month are refused with one; rows of the months beside it
-- are not.
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
