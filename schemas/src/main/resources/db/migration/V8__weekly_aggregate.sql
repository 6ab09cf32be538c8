-- The parts of the formulas for each clinic, week and exercise: sums, counts and histograms, never
-- ratios, so that they can be added up further. Triggers keep them equal to a recount of the
-- sessions in the transaction that writes the sessions, whoever writes; ADR 9 tells how.
CREATE TABLE media_session_weekly_agg (
  org_id              uuid NOT NULL,
  -- the Monday, in UTC, of the week in which the sessions began
  week                date NOT NULL,
  -- empty: the player has not said what it played
  media_id            text NOT NULL,
  sessions            bigint NOT NULL,
  asked_to_play       bigint NOT NULL,
  started_playing     bigint NOT NULL,
  playing             bigint NOT NULL,
  completed           bigint NOT NULL,
  abandoned           bigint NOT NULL,
  error               bigint NOT NULL,
  -- completed among those that started playing
  played_to_the_end   bigint NOT NULL,
  fatal               bigint NOT NULL,
  -- asked to play, no first frame: with a fatal error; over without one
  start_failures      bigint NOT NULL,
  exits_before_start  bigint NOT NULL,
  -- with at least one error; all their errors
  sessions_with_error bigint NOT NULL,
  errors              bigint NOT NULL,
  stalls              bigint NOT NULL,
  stall_ms            bigint NOT NULL,
  watched_ms          bigint NOT NULL,
  ttfb_n              bigint NOT NULL,
  ttfb_sum_ms         bigint NOT NULL,
  load_n              bigint NOT NULL,
  load_sum_ms         bigint NOT NULL,
  -- how many fall into each step of latency_bounds(); no zeros at the end
  ttfb_counts         integer[] NOT NULL,
  load_counts         integer[] NOT NULL,
  -- how many are of each version of the metrics, the first at 1
  version_counts      integer[] NOT NULL,
  -- the latest of the versions
  metrics_version     integer GENERATED ALWAYS AS (cardinality(version_counts)) STORED,
  PRIMARY KEY (org_id, week, media_id)
) WITH (fillfactor = 70);

ALTER TABLE media_session_weekly_agg ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_weekly_agg FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON media_session_weekly_agg FOR SELECT TO kinebeam_gateway
  USING (org_id = current_org());
-- The functions below run with the rights of the tables' owner, whom FORCE binds too. The owner is
-- whoever migrates, never a program.
CREATE POLICY keeper ON media_session_weekly_agg TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON media_session_metrics TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON media_buffering_events TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON media_session_weekly_agg TO kinebeam_gateway;

-- Sessions that began before this are no longer kept, and those that turn up late are not counted:
-- the weeks before it stand as they were when their sessions were dropped.
CREATE TABLE media_retention (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  counted_from timestamptz NOT NULL
);
INSERT INTO media_retention (counted_from) VALUES ('-infinity');

-- The lower bounds, in ms, of a histogram's steps: each is at most 12 % above the one before it, so
-- that the middle of a step is within 6 % of all that is in it. Place 1 of a histogram holds what is
-- below 1 ms, place i + 1 what is from bound i to below the next; the last step has no end.
CREATE FUNCTION latency_bounds() RETURNS bigint[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21, 23, 25, 28, 31, 34, 38, 42,
    47, 52, 58, 64, 71, 79, 88, 98, 109, 122, 136, 152, 170, 190, 212, 237, 265, 296, 331, 370, 414,
    463, 518, 580, 649, 726, 813, 910, 1019, 1141, 1277, 1430, 1601, 1793, 2008, 2248, 2517, 2819,
    3157, 3535, 3959, 4434, 4966, 5561, 6228, 6975, 7812, 8749, 9798, 10973, 12289, 13763, 15414,
    17263, 19334, 21654, 24252, 27162, 30421, 34071, 38159, 42738, 47866, 53609, 60042, 67247,
    75316, 84353, 94475, 105812, 118509, 132730, 148657, 166495, 186474, 208850, 233912, 261981,
    293418, 300000]::bigint[];

-- The value, in ms, that `share` (0 to 1) of the counted ones do not exceed, by nearest rank: the
-- middle of its step, at most 6 % off; from five minutes on, five minutes. Null when none is counted.
CREATE FUNCTION latency_percentile(counts integer[], share double precision)
  RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
           WHEN place = 1 THEN 0
           WHEN place > cardinality(latency_bounds()) THEN (latency_bounds())[place - 1]
           ELSE ((latency_bounds())[place - 1] + (latency_bounds())[place] - 1) / 2.0
         END
    FROM (SELECT place, sum(n) OVER (ORDER BY place) AS up_to, sum(n) OVER () AS total
            FROM unnest(counts) WITH ORDINALITY AS step(n, place)) AS steps
   WHERE total > 0 AND up_to >= greatest(1, ceil(share * total))
   ORDER BY place
   LIMIT 1
$$;

CREATE FUNCTION counts_sum(counts integer[], more integer[]) RETURNS integer[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place), '{}')
    FROM unnest(counts, more) WITH ORDINALITY AS step(a, b, place)
$$;

-- Adds histograms up place by place: of weeks, of exercises.
CREATE AGGREGATE sum_counts(integer[]) (
  SFUNC = counts_sum, STYPE = integer[], INITCOND = '{}', PARALLEL = SAFE, COMBINEFUNC = counts_sum);

-- The histogram with `changes` added at `places`; null places change nothing.
CREATE FUNCTION counts_changed(counts integer[], places integer[], changes integer[])
  RETURNS integer[]
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  longest integer;
  filled  integer;
BEGIN
  IF places IS NULL THEN
    RETURN counts;
  END IF;
  longest := (SELECT max(place) FROM unnest(places) AS place);
  IF longest > cardinality(counts) THEN
    counts := counts || array_fill(0, ARRAY[longest - cardinality(counts)]);
  END IF;
  FOR i IN 1 .. cardinality(places) LOOP
    counts[places[i]] := counts[places[i]] + changes[i];
  END LOOP;
  filled := cardinality(counts);
  WHILE filled > 0 AND counts[filled] = 0 LOOP
    filled := filled - 1;
  END LOOP;
  RETURN counts[1:filled];
END
$$;

-- Sessions that have just left a partition: the rest of the running statement's work (ADR 9). Empty
-- between statements. Its columns are those that the aggregate is made from.
CREATE UNLOGGED TABLE media_session_departures AS
  SELECT session_id, org_id, started_at, media_id, status, asked_to_play, started_playing,
         fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds,
         ttfb_ms, video_load_time_ms, metrics_version
    FROM media_session_metrics
    WITH NO DATA;
ALTER TABLE media_session_departures ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_departures FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON media_session_departures TO CURRENT_USER USING (true) WITH CHECK (true);

-- Whoever writes sessions does it alone until the end of the transaction, as MergeTable does anyway:
-- the lock is taken before the first row is touched, so that nobody can wait in a circle.
CREATE FUNCTION lock_media_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  RETURN NULL;
END
$$;

CREATE FUNCTION note_departed_session() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO media_session_departures
    VALUES (OLD.session_id, OLD.org_id, OLD.started_at, OLD.media_id, OLD.status,
            OLD.asked_to_play, OLD.started_playing, OLD.fatal_error, OLD.error_count,
            OLD.stall_count, OLD.stall_duration_ms, OLD.watched_duration_seconds, OLD.ttfb_ms,
            OLD.video_load_time_ms, OLD.metrics_version);
  RETURN NULL;
END
$$;

CREATE FUNCTION forget_weekly_counts() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM media_session_weekly_agg
   WHERE week >= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC';
  RETURN NULL;
END
$$;

-- The functions that count differ only in where the sessions come from, and PostgreSQL cannot hand a
-- trigger's transition tables to another function. So one text makes them all: the definition of
-- every part stands here once.
DO $make$
DECLARE
  sessions constant text := 'session_id, org_id, started_at, media_id, status, asked_to_play,
    started_playing, fatal_error, error_count, stall_count, stall_duration_ms,
    watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version';

  -- Each session gives its parts n times: once when it came, minus once when it went. A hostile
  -- player's numbers are cut, so that no sum overflows and keeps the sessions themselves out.
  parts constant text := $sql$
      SELECT n, org_id,
             date_trunc('week', started_at AT TIME ZONE 'UTC')::date AS week,
             coalesce(media_id, '') AS media_id,
             n AS sessions,
             n * asked_to_play::int AS asked_to_play,
             n * started_playing::int AS started_playing,
             n * (status = 'playing')::int AS playing,
             n * (status = 'completed')::int AS completed,
             n * (status = 'abandoned')::int AS abandoned,
             n * (status = 'error')::int AS error,
             n * (started_playing AND status = 'completed')::int AS played_to_the_end,
             n * fatal_error::int AS fatal,
             n * (asked_to_play AND NOT started_playing AND fatal_error)::int AS start_failures,
             n * (asked_to_play AND NOT started_playing AND NOT fatal_error
                  AND status <> 'playing')::int AS exits_before_start,
             n * (error_count > 0)::int AS sessions_with_error,
             n * least(error_count, 1000000) AS errors,
             n * stall_count::bigint AS stalls,
             n * least(stall_duration_ms, 1000000000000) AS stall_ms,
             n * round(least(watched_duration_seconds, 1e9) * 1000)::bigint AS watched_ms,
             n * (ttfb_ms IS NOT NULL)::int AS ttfb_n,
             n * least(coalesce(ttfb_ms, 0), 1000000000000) AS ttfb_sum_ms,
             n * (video_load_time_ms IS NOT NULL)::int AS load_n,
             n * least(coalesce(video_load_time_ms, 0), 1000000000000) AS load_sum_ms,
             width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place,
             width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
             least(greatest(metrics_version, 1), 64) AS version_place
        FROM source
       WHERE started_at >= (SELECT counted_from FROM media_retention)$sql$;

  sums constant text[] := ARRAY[
    'sessions', 'asked_to_play', 'started_playing', 'playing', 'completed', 'abandoned', 'error',
    'played_to_the_end', 'fatal', 'start_failures', 'exits_before_start', 'sessions_with_error',
    'errors', 'stalls', 'stall_ms', 'watched_ms', 'ttfb_n', 'ttfb_sum_ms', 'load_n', 'load_sum_ms'];
  histograms constant text[] := ARRAY['ttfb', 'load', 'version'];
  stored constant text[] := sums || ARRAY['ttfb_counts', 'load_counts', 'version_counts'];
  columns constant text := 'org_id, week, media_id, ' || array_to_string(stored, ', ');

  -- What a set of sessions changes in each row of the aggregate; %s stands for the set.
  deltas constant text :=
    'WITH source AS (%s), signed AS MATERIALIZED (' || parts || '
    ), sums AS (
      SELECT org_id, week, media_id, '
    || (SELECT string_agg(format('sum(%1$s)::bigint AS %1$s', name), ', ') FROM unnest(sums) AS name)
    || ' FROM signed GROUP BY org_id, week, media_id
    )'
    || (SELECT string_agg(format($sql$, %1$s AS (
      SELECT org_id, week, media_id, array_agg(place) AS %1$s_places, array_agg(n) AS %1$s_changes
        FROM (SELECT org_id, week, media_id, %1$s_place AS place, sum(n)::int AS n
                FROM signed WHERE %1$s_place IS NOT NULL
               GROUP BY org_id, week, media_id, place HAVING sum(n) <> 0) AS steps
       GROUP BY org_id, week, media_id
    )$sql$, name), '') FROM unnest(histograms) AS name)
    || ', deltas AS (SELECT * FROM sums '
    || (SELECT string_agg(format('LEFT JOIN %s USING (org_id, week, media_id)', name), ' ')
          FROM unnest(histograms) AS name)
    || ' WHERE 0 <> ANY (ARRAY[' || array_to_string(sums, ', ') || ']) OR '
    || (SELECT string_agg(name || '_places IS NOT NULL', ' OR ') FROM unnest(histograms) AS name)
    || ')';

  new_counts constant text := (
    SELECT string_agg(format($sql$counts_changed('{}', %1$s_places, %1$s_changes)$sql$, name), ', ')
      FROM unnest(histograms) AS name);

  apply constant text := deltas
    || ' MERGE INTO media_session_weekly_agg AS a
        USING (SELECT * FROM deltas ORDER BY org_id, week, media_id) AS d
        ON a.org_id = d.org_id AND a.week = d.week AND a.media_id = d.media_id
        WHEN MATCHED AND a.sessions + d.sessions = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET '
    || (SELECT string_agg(format('%1$s = a.%1$s + d.%1$s', name), ', ') FROM unnest(sums) AS name)
    || (SELECT string_agg(format(
          ', %1$s_counts = CASE WHEN d.%1$s_places IS NULL THEN a.%1$s_counts
               ELSE counts_changed(a.%1$s_counts, d.%1$s_places, d.%1$s_changes) END', name), '')
          FROM unnest(histograms) AS name)
    || ' WHEN NOT MATCHED THEN INSERT (' || columns || ') VALUES (d.org_id, d.week, d.media_id, '
    || (SELECT string_agg('d.' || name, ', ') FROM unnest(sums) AS name)
    || ', ' || new_counts || '); ';

  counter constant text := $sql$
    CREATE FUNCTION %s() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $body$ BEGIN %s RETURN NULL; END $body$ $sql$;
BEGIN
  EXECUTE format(counter, 'count_arrived_sessions',
    format(apply, 'SELECT 1 AS n, ' || sessions || ' FROM arrived'));

  -- An UPDATE that moves a row to another partition shows it among the old ones, a MERGE that does so
  -- does not, and under both it departs: a departure is taken away unless it is among the old ones.
  EXECUTE format(counter, 'count_changed_sessions',
    format(apply,
      'SELECT 1 AS n, ' || sessions || ' FROM became
       UNION ALL SELECT -1, ' || sessions || ' FROM was
       UNION ALL SELECT -1, ' || sessions || ' FROM media_session_departures AS d
        WHERE NOT EXISTS (SELECT FROM was WHERE was.session_id = d.session_id
                                            AND was.started_at = d.started_at)')
    || 'DELETE FROM media_session_departures;');

  EXECUTE format(counter, 'count_departed_sessions',
    format(apply, 'SELECT -1 AS n, ' || sessions || ' FROM media_session_departures')
    || 'DELETE FROM media_session_departures;');

  EXECUTE format($sql$
    CREATE FUNCTION reconcile_media_week(wanted date, by_whom text)
      RETURNS TABLE (org_id uuid, media_id text, kept bigint, counted bigint)
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $body$
    #variable_conflict use_column
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
      IF wanted < (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC' THEN
        RETURN;
      END IF;
      RETURN QUERY
      %1$s, counted AS (SELECT org_id, week, media_id, %2$s, %3$s FROM deltas),
      wrong AS (
        SELECT org_id, week, media_id, k.sessions AS kept, c.sessions AS counted
          FROM (SELECT %4$s FROM media_session_weekly_agg WHERE week = wanted) AS k (%4$s)
          FULL JOIN counted AS c (%4$s) USING (org_id, week, media_id)
         WHERE (%5$s) IS DISTINCT FROM (%6$s)
      ), removed AS (
        DELETE FROM media_session_weekly_agg AS a USING wrong AS w
         WHERE w.counted IS NULL AND a.org_id = w.org_id AND a.week = w.week
           AND a.media_id = w.media_id
      ), mended AS (
        INSERT INTO media_session_weekly_agg (%4$s)
        SELECT c.* FROM counted AS c (%4$s)
          JOIN (SELECT org_id, week, media_id FROM wrong) AS w USING (org_id, week, media_id)
        ON CONFLICT ON CONSTRAINT media_session_weekly_agg_pkey DO UPDATE SET (%7$s) = ROW (%8$s)
      ), noted AS (
        INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
        SELECT gen_random_uuid(), org_id, by_whom, 'weekly.mended', wanted::text,
               jsonb_build_object('rows', count(*))
          FROM wrong GROUP BY org_id
      )
      SELECT org_id, media_id, coalesce(kept, 0), coalesce(counted, 0) FROM wrong;
    END
    $body$ $sql$,
    format(deltas, 'SELECT 1 AS n, ' || sessions || ' FROM media_session_metrics
      WHERE started_at >= wanted::timestamp AT TIME ZONE ''UTC''
        AND started_at < (wanted + 7)::timestamp AT TIME ZONE ''UTC'''),
    array_to_string(sums, ', '),
    new_counts,
    columns,
    (SELECT string_agg('k.' || name, ', ') FROM unnest(stored) AS name),
    (SELECT string_agg('c.' || name, ', ') FROM unnest(stored) AS name),
    array_to_string(stored, ', '),
    (SELECT string_agg('excluded.' || name, ', ') FROM unnest(stored) AS name));
END
$make$;

COMMENT ON FUNCTION reconcile_media_week IS
  'Counts one week anew, mends the rows that differ, tells them and notes them in the audit log. '
  'Writers of sessions wait meanwhile. A week that began before what is kept is left alone.';

-- The weeks that a reconciliation looks at: those of the kept partitions and those that have rows.
CREATE FUNCTION media_weeks() RETURNS SETOF date
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  WITH months AS (
    SELECT to_date(right(c.relname, 7), 'YYYY_MM')::timestamp AS month
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'media_session_metrics'::regclass
  ), weeks AS (
    SELECT generate_series(date_trunc('week', month), month + interval '1 month' - interval '1 day',
                           interval '1 week')::date AS week
      FROM months
    UNION
    SELECT week FROM media_session_weekly_agg
  )
  SELECT week FROM weeks
   WHERE week >= (SELECT counted_from FROM media_retention) AT TIME ZONE 'UTC'
   ORDER BY week
$$;

REVOKE ALL ON FUNCTION note_departed_session, forget_weekly_counts, count_arrived_sessions,
  count_changed_sessions, count_departed_sessions, reconcile_media_week, media_weeks FROM PUBLIC;

CREATE TRIGGER one_writer BEFORE INSERT OR UPDATE OR DELETE ON media_session_metrics
  FOR EACH STATEMENT EXECUTE FUNCTION lock_media_sessions();
CREATE TRIGGER note_departure AFTER DELETE ON media_session_metrics
  FOR EACH ROW EXECUTE FUNCTION note_departed_session();
CREATE TRIGGER count_arrivals AFTER INSERT ON media_session_metrics
  REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION count_arrived_sessions();
CREATE TRIGGER count_changes AFTER UPDATE ON media_session_metrics
  REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_sessions();
CREATE TRIGGER count_departures AFTER DELETE ON media_session_metrics
  FOR EACH STATEMENT EXECUTE FUNCTION count_departed_sessions();
CREATE TRIGGER forget_all AFTER TRUNCATE ON media_session_metrics
  FOR EACH STATEMENT EXECUTE FUNCTION forget_weekly_counts();

CREATE POLICY keeper ON audit_log FOR INSERT TO CURRENT_USER WITH CHECK (true);

-- What was stored before this migration is counted now.
DO $$
DECLARE
  wanted date;
BEGIN
  FOR wanted IN SELECT * FROM media_weeks() LOOP
    PERFORM reconcile_media_week(wanted, 'migration');
  END LOOP;
END
$$;
