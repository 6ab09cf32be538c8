-- The parts of a clinic's figures for each day that is over, in the clinic's zone: of all its sessions, and
-- by exercise, device, browser, connection and resolution. A day is counted once, some time after it has
-- ended; whatever changes a session of a counted day takes the day's rows away in the same transaction,
-- so that rows that are there are always right. Days that are not counted are answered from sessions (ADR 64).
CREATE TABLE media_session_days (
  org_id              uuid NOT NULL,
  day                 date NOT NULL,
  kind                text NOT NULL
    CHECK (kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution')),
  -- empty: not reported; of kind all always
  value               text NOT NULL,
  sessions            bigint NOT NULL,
  playing             bigint NOT NULL,
  completed           bigint NOT NULL,
  abandoned           bigint NOT NULL,
  error               bigint NOT NULL,
  asked_to_play       bigint NOT NULL,
  started_playing     bigint NOT NULL,
  played_to_the_end   bigint NOT NULL,
  start_failures      bigint NOT NULL,
  exits_before_start  bigint NOT NULL,
  fatal               bigint NOT NULL,
  stalls              bigint NOT NULL,
  stall_ms            bigint NOT NULL,
  watched_ms          bigint NOT NULL,
  load_n              bigint NOT NULL,
  load_sum_ms         bigint NOT NULL,
  ttfb_n              bigint NOT NULL,
  ttfb_sum_ms         bigint NOT NULL,
  stalled             bigint NOT NULL,
  impacted            bigint NOT NULL,
  exits_after_stall   bigint NOT NULL,
  events_missing      bigint NOT NULL,
  counters_disagree   bigint NOT NULL,
  -- of start-up, in thousandths
  score_sum           bigint NOT NULL,
  metrics_version     bigint NOT NULL,
  load_counts         integer[] NOT NULL,
  ttfb_counts         integer[] NOT NULL,
  PRIMARY KEY (org_id, kind, day, value)
);
ALTER TABLE media_session_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_org ON media_session_days FOR SELECT TO kinebeam_core_api
  USING (org_id = current_org());
CREATE POLICY keeper ON media_session_days TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT SELECT ON media_session_days TO kinebeam_core_api;

-- Counts one day of one clinic anew. Writers of sessions wait for it, a few milliseconds.
CREATE FUNCTION count_media_day(org uuid, wanted date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  zone   text;
  begins timestamptz;
  ends   timestamptz;
  before media_session_days;
  after  media_session_days;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  -- Read when the wait is over: the zone may have been changed meanwhile.
  zone := coalesce((SELECT time_zone FROM organizations WHERE org_id = org), 'UTC');
  begins := wanted::timestamp AT TIME ZONE zone;
  ends := (wanted + 1)::timestamp AT TIME ZONE zone;
  SELECT * INTO before FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted;
  DELETE FROM media_session_days
   WHERE org_id = org AND day = wanted
     AND kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
  WITH source AS MATERIALIZED (
    SELECT m.*,
           m.stall_count > 0 AND m.status = 'abandoned'
             AND EXISTS (SELECT FROM media_waits AS w
                          WHERE w.session_id = m.session_id AND w.cause = 'stall'
                            AND w.started_at >= m.started_at - interval '10 minutes'
                            AND w.started_at < m.started_at + interval '1 day'
                            AND coalesce(w.ended_at, m.last_event_at)
                                >= m.last_event_at - interval '10 seconds') AS left_after_stall,
           width_bucket(video_load_time_ms, latency_bounds()) + 1 AS load_place,
           width_bucket(ttfb_ms, latency_bounds()) + 1 AS ttfb_place
      FROM media_session_metrics AS m
     WHERE m.org_id = org AND m.started_at >= begins AND m.started_at < ends
  ), sums AS (
    SELECT k.kind, k.value,
           count(session_id) AS sessions,
           count(*) FILTER (WHERE status = 'playing') AS playing,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
           count(*) FILTER (WHERE status = 'error') AS error,
           count(*) FILTER (WHERE asked_to_play) AS asked_to_play,
           count(*) FILTER (WHERE started_playing) AS started_playing,
           count(*) FILTER (WHERE started_playing AND status = 'completed') AS played_to_the_end,
           count(*) FILTER (WHERE asked_to_play AND fatal_error AND NOT started_playing)
             AS start_failures,
           count(*) FILTER (WHERE asked_to_play AND NOT fatal_error AND NOT started_playing
                              AND status <> 'playing') AS exits_before_start,
           count(*) FILTER (WHERE fatal_error) AS fatal,
           coalesce(sum(stall_count), 0) AS stalls,
           coalesce(sum(least(stall_duration_ms, 1000000000000)), 0)::bigint AS stall_ms,
           coalesce(sum(round(least(watched_duration_seconds, 1e9) * 1000)::bigint), 0)::bigint
             AS watched_ms,
           count(video_load_time_ms) AS load_n,
           coalesce(sum(least(video_load_time_ms, 1000000000000)), 0)::bigint AS load_sum_ms,
           count(ttfb_ms) AS ttfb_n,
           coalesce(sum(least(ttfb_ms, 1000000000000)), 0)::bigint AS ttfb_sum_ms,
           count(*) FILTER (WHERE stall_count > 0) AS stalled,
           count(*) FILTER (WHERE stall_duration_ms >= 1000 OR fatal_error
                               OR coalesce(video_load_time_ms, 0) >= 8000) AS impacted,
           count(*) FILTER (WHERE left_after_stall) AS exits_after_stall,
           count(*) FILTER (WHERE events_missing > 0) AS events_missing,
           count(*) FILTER (WHERE counters_disagree) AS counters_disagree,
           coalesce(sum(round(800000000.0 / (8000 + video_load_time_ms))::bigint), 0)::bigint
             AS score_sum,
           coalesce(max(least(greatest(metrics_version, 1), 64)), 0) AS metrics_version
      FROM source
     CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')), ('device', coalesce(device, '')),
                                ('browser', coalesce(browser, '')),
                                ('connection', coalesce(connection_type, '')),
                                ('resolution', coalesce(peak_resolution, '')), ('all', ''))
             AS k (kind, value)
     GROUP BY k.kind, k.value
  ), loads AS (
    SELECT kind, value, array_agg(place) AS places, array_agg(n) AS changes
      FROM (SELECT k.kind, k.value, load_place AS place, count(*)::int AS n
              FROM source
             CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')),
                                        ('device', coalesce(device, '')),
                                        ('browser', coalesce(browser, '')),
                                        ('connection', coalesce(connection_type, '')),
                                        ('resolution', coalesce(peak_resolution, '')), ('all', ''))
                     AS k (kind, value)
             WHERE load_place IS NOT NULL
             GROUP BY k.kind, k.value, load_place) AS steps
     GROUP BY kind, value
  ), answers AS (
    SELECT kind, value, array_agg(place) AS places, array_agg(n) AS changes
      FROM (SELECT k.kind, k.value, ttfb_place AS place, count(*)::int AS n
              FROM source
             CROSS JOIN LATERAL (VALUES ('exercise', coalesce(media_id, '')),
                                        ('device', coalesce(device, '')),
                                        ('browser', coalesce(browser, '')),
                                        ('connection', coalesce(connection_type, '')),
                                        ('resolution', coalesce(peak_resolution, '')), ('all', ''))
                     AS k (kind, value)
             WHERE ttfb_place IS NOT NULL
             GROUP BY k.kind, k.value, ttfb_place) AS steps
     GROUP BY kind, value
  )
  INSERT INTO media_session_days
  SELECT org, wanted, sums.*, counts_changed('{}', loads.places, loads.changes),
         counts_changed('{}', answers.places, answers.changes)
    FROM sums
    LEFT JOIN loads USING (kind, value)
    LEFT JOIN answers USING (kind, value);
  -- A day without a session is counted, too.
  INSERT INTO media_session_days
  SELECT org, wanted, 'all', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         '{}', '{}'
   WHERE NOT EXISTS (SELECT FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted);
  SELECT * INTO after FROM media_session_days WHERE org_id = org AND kind = 'all' AND day = wanted;
  RETURN before IS NOT NULL AND before IS DISTINCT FROM after;
END
$$;
REVOKE ALL ON FUNCTION count_media_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_media_day TO kinebeam_maintenance;

-- The kept days that ended two hours ago or earlier and are not counted, the latest first. Rows of days
-- that are no longer kept are deleted.
CREATE FUNCTION uncounted_media_days(most integer) RETURNS TABLE (org uuid, wanted date)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM media_session_days AS d USING organizations AS o
   WHERE o.org_id = d.org_id
     AND d.day < (greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from,
                           '2000-01-01Z'::timestamptz) AT TIME ZONE o.time_zone)::date;
  RETURN QUERY
  SELECT o.org_id, days.day::date
    FROM organizations AS o
   CROSS JOIN LATERAL (
         SELECT started_at FROM media_session_metrics AS m
          WHERE m.org_id = o.org_id
            AND m.started_at >= greatest((SELECT counted_from FROM media_retention),
                                         o.sessions_kept_from, now() - interval '400 days')
          ORDER BY started_at LIMIT 1) AS first
   CROSS JOIN LATERAL generate_series(
         date_trunc('day', first.started_at AT TIME ZONE o.time_zone),
         date_trunc('day', (now() - interval '2 hours') AT TIME ZONE o.time_zone)
           - interval '1 day', interval '1 day') AS days (day)
   WHERE days.day AT TIME ZONE o.time_zone
         >= greatest((SELECT counted_from FROM media_retention), o.sessions_kept_from)
     AND NOT EXISTS (SELECT FROM media_session_days AS d
                      WHERE d.org_id = o.org_id AND d.kind = 'all' AND d.day = days.day::date)
   ORDER BY days.day DESC, o.org_id
   LIMIT most;
END
$$;
REVOKE ALL ON FUNCTION uncounted_media_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION uncounted_media_days TO kinebeam_maintenance;

-- The days of the sessions that the running statement has changed are no longer right.
CREATE FUNCTION forget_changed_days() RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM media_session_days AS d
   USING (SELECT DISTINCT c.org_id,
                 (c.started_at AT TIME ZONE coalesce(o.time_zone, 'UTC'))::date AS day
            FROM media_session_changes AS c
            LEFT JOIN organizations AS o ON o.org_id = c.org_id) AS changed
   WHERE d.org_id = changed.org_id AND d.day = changed.day
     AND d.kind IN ('all', 'exercise', 'device', 'browser', 'connection', 'resolution');
END
$$;
REVOKE ALL ON FUNCTION forget_changed_days FROM PUBLIC;

CREATE OR REPLACE FUNCTION count_changed_sessions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM forget_changed_days();
  PERFORM apply_session_changes();
  RETURN NULL;
END
$$;

CREATE FUNCTION forget_days() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_TABLE_NAME = 'organizations' THEN
    DELETE FROM media_session_days WHERE org_id = NEW.org_id;
  ELSE
    DELETE FROM media_session_days;
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION forget_days FROM PUBLIC;

CREATE TRIGGER forget_days AFTER UPDATE OF time_zone ON organizations
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION forget_days();
CREATE TRIGGER forget_days AFTER TRUNCATE ON media_session_metrics
  FOR EACH STATEMENT EXECUTE FUNCTION forget_days();

-- Days are also made from columns that the weekly counts do not know. What changes in these alone is noted
-- with the sign 0: it changes no weekly count, and its day is forgotten.
CREATE FUNCTION note_changed_day() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO media_session_changes
         (n, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing,
          fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms,
          video_load_time_ms, metrics_version)
  VALUES (0, NEW.session_id, NEW.org_id, NEW.started_at, NEW.media_id, NEW.status, NEW.asked_to_play,
          NEW.started_playing, NEW.fatal_error, NEW.error_count, NEW.stall_count,
          NEW.stall_duration_ms, NEW.watched_duration_seconds, NEW.ttfb_ms, NEW.video_load_time_ms,
          NEW.metrics_version);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_changed_day FROM PUBLIC;

CREATE TRIGGER note_change_of_day AFTER UPDATE ON media_session_metrics FOR EACH ROW
  WHEN ((OLD.device, OLD.browser, OLD.connection_type, OLD.peak_resolution, OLD.events_missing > 0,
         OLD.counters_disagree)
        IS DISTINCT FROM
        (NEW.device, NEW.browser, NEW.connection_type, NEW.peak_resolution, NEW.events_missing > 0,
         NEW.counters_disagree))
  EXECUTE FUNCTION note_changed_day();

-- The counted days since a day, for counting them again: waits may be written after their session's day
-- was counted.
CREATE FUNCTION counted_media_days(since date) RETURNS TABLE (org uuid, counted date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT org_id, day FROM media_session_days WHERE kind = 'all' AND day >= since ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION counted_media_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION counted_media_days TO kinebeam_maintenance;
