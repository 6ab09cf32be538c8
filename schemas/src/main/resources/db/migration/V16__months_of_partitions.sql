-- The order of a query's conditions is the planner's choice: with more than some fifteen partitions it
-- read the month out of the name of every relation of the database, and failed at the first that has
-- none. Here a name is only read where it is known to be a month's: a CASE keeps its order, and whatever
-- is attached under another name has no month and is left alone.
CREATE FUNCTION media_months()
  RETURNS TABLE (relation regclass, name text, parent regclass, month date)
  LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
  SELECT c.oid::regclass, c.relname::text, i.inhparent::regclass,
         CASE WHEN c.relname ~ '_[0-9]{4}_(0[1-9]|1[0-2])$'
              THEN to_date(right(c.relname, 7), 'YYYY_MM') END
    FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
   WHERE i.inhparent IN ('media_session_metrics'::regclass, 'media_buffering_events'::regclass)
$$;
REVOKE ALL ON FUNCTION media_months FROM PUBLIC;

CREATE OR REPLACE FUNCTION drop_media_partitions(boundary timestamptz, by_whom text)
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
    SELECT name, relation FROM media_months()
     WHERE month < (boundary AT TIME ZONE 'UTC')::date
     ORDER BY name
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

CREATE OR REPLACE FUNCTION media_weeks() RETURNS SETOF date
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH weeks AS (
    SELECT generate_series(date_trunc('week', month::timestamp),
                           month + interval '1 month' - interval '1 day',
                           interval '1 week')::date AS week
      FROM media_months()
     WHERE parent = 'media_session_metrics'::regclass AND month IS NOT NULL
    UNION
    SELECT week FROM media_session_weekly_agg
  )
  SELECT week FROM weeks
   WHERE week >= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC'
   ORDER BY week
$$;
