-- A clinic's week begins on Monday in its own time zone: 167 or 169 hours where the clocks change. The
-- weekly counts are made by the same expressions as before, with the clinic's zone in the place of UTC;
-- organizations that were never entered stay with UTC.
ALTER TABLE media_session_weekly_agg
  -- in which the week begins and ends; weeks whose sessions are no longer kept stay in that of their time
  ADD COLUMN zone text NOT NULL DEFAULT 'UTC';

COMMENT ON COLUMN media_session_weekly_agg.week IS
  'The Monday, in the zone, of the week in which the sessions began.';

CREATE FUNCTION note_zone_of_week() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.zone := coalesce((SELECT time_zone FROM organizations WHERE org_id = NEW.org_id), 'UTC');
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION note_zone_of_week FROM PUBLIC;

CREATE TRIGGER note_zone BEFORE INSERT ON media_session_weekly_agg
  FOR EACH ROW EXECUTE FUNCTION note_zone_of_week();

-- In which zone a session is counted; null: its clinic's.
ALTER TABLE media_session_changes ADD COLUMN zone text;

DO $make$
DECLARE
  clinics  constant text := '(SELECT org_id, time_zone, sessions_kept_from FROM organizations) AS clinic';
  kept     constant text := 'greatest((SELECT counted_from FROM media_retention), sessions_kept_from)';
  utc_week constant text := $sql$date_trunc('week', started_at AT TIME ZONE 'UTC')::date AS week$sql$;
  counted  constant text := $sql$FROM source
       WHERE started_at >= (SELECT counted_from FROM media_retention)$sql$;
  begun    constant text := $sql$wanted::timestamp AT TIME ZONE coalesce(time_zone, 'UTC') >= $sql$;
  source   text;
  replaced text[];
BEGIN
  -- What has changed, added up: a function that the triggers of sessions and of organizations call.
  source := pg_get_functiondef('count_changed_sessions'::regproc);
  FOREACH replaced SLICE 1 IN ARRAY ARRAY[
    ['FUNCTION public.count_changed_sessions()', 'FUNCTION public.apply_session_changes()'],
    ['RETURNS trigger', 'RETURNS void'],
    ['RETURN NULL;', 'RETURN;'],
    ['(SELECT n, session_id, org_id', '(SELECT n, zone, session_id, org_id'],
    [utc_week, $sql$date_trunc('week', started_at AT TIME ZONE coalesce(zone, time_zone, 'UTC'))::date AS week$sql$],
    [counted, 'FROM source LEFT JOIN ' || clinics || ' USING (org_id)
       WHERE started_at >= ' || kept]
  ] LOOP
    IF position(replaced[1] IN source) = 0 THEN
      RAISE EXCEPTION 'count_changed_sessions() has no "%": %', replaced[1], source;
    END IF;
    source := replace(source, replaced[1], replaced[2]);
  END LOOP;
  EXECUTE source;

  -- One week of every clinic, each in its own zone: the UTC days around it hold them all. Weeks that
  -- began before what a clinic keeps are left alone.
  source := pg_get_functiondef('reconcile_media_week'::regproc);
  FOREACH replaced SLICE 1 IN ARRAY ARRAY[
    [$sql$started_at >= wanted::timestamp AT TIME ZONE 'UTC'$sql$,
     $sql$started_at >= (wanted - 1)::timestamp AT TIME ZONE 'UTC'$sql$],
    [$sql$started_at < (wanted + 7)::timestamp AT TIME ZONE 'UTC'$sql$,
     $sql$started_at < (wanted + 8)::timestamp AT TIME ZONE 'UTC'$sql$],
    [utc_week, $sql$date_trunc('week', started_at AT TIME ZONE coalesce(time_zone, 'UTC'))::date AS week$sql$],
    [counted, 'FROM source LEFT JOIN ' || clinics || ' USING (org_id)
       WHERE ' || begun || kept || $sql$
         AND date_trunc('week', started_at AT TIME ZONE coalesce(time_zone, 'UTC'))::date = wanted$sql$],
    ['FROM media_session_weekly_agg WHERE week = wanted)',
     'FROM media_session_weekly_agg LEFT JOIN ' || clinics || ' USING (org_id)
                 WHERE week = wanted AND ' || begun || kept || ')']
  ] LOOP
    IF position(replaced[1] IN source) = 0 THEN
      RAISE EXCEPTION 'reconcile_media_week() has no "%": %', replaced[1], source;
    END IF;
    source := replace(source, replaced[1], replaced[2]);
  END LOOP;
  EXECUTE source;
END
$make$;

CREATE OR REPLACE FUNCTION count_changed_sessions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM apply_session_changes();
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION apply_session_changes FROM PUBLIC;

-- A truncation takes the counts of the sessions that were kept, and no others.
CREATE OR REPLACE FUNCTION forget_weekly_counts() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM media_session_weekly_agg AS a
   WHERE week::timestamp AT TIME ZONE zone
         >= greatest((SELECT counted_from FROM media_retention),
                     (SELECT sessions_kept_from FROM organizations AS o WHERE o.org_id = a.org_id));
  RETURN NULL;
END
$$;

-- A clinic that changes its zone has its kept weeks counted in the new one, in the same transaction. Only
-- the sessions that change their week are read and moved.
CREATE FUNCTION move_weekly_counts() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  old_zone text := 'UTC';
  kept     timestamptz := greatest((SELECT counted_from FROM media_retention), NEW.sessions_kept_from);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    old_zone := OLD.time_zone;
  END IF;
  IF NEW.time_zone = old_zone THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('media_session_metrics'));
  INSERT INTO media_session_changes
         (n, zone, session_id, org_id, started_at, media_id, status, asked_to_play, started_playing,
          fatal_error, error_count, stall_count, stall_duration_ms, watched_duration_seconds, ttfb_ms,
          video_load_time_ms, metrics_version)
  SELECT side.n, side.zone, session_id, org_id, started_at, media_id, status, asked_to_play,
         started_playing, fatal_error, error_count, stall_count, stall_duration_ms,
         watched_duration_seconds, ttfb_ms, video_load_time_ms, metrics_version
    FROM media_session_metrics
    CROSS JOIN (VALUES (-1, old_zone), (1, NEW.time_zone)) AS side (n, zone)
   WHERE org_id = NEW.org_id AND started_at >= kept
     AND date_trunc('week', started_at AT TIME ZONE old_zone)
         <> date_trunc('week', started_at AT TIME ZONE NEW.time_zone);
  PERFORM apply_session_changes();
  UPDATE media_session_weekly_agg SET zone = NEW.time_zone
   WHERE org_id = NEW.org_id AND zone <> NEW.time_zone
     AND week::timestamp AT TIME ZONE NEW.time_zone >= kept;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION move_weekly_counts FROM PUBLIC;

-- The writers' lock comes before the row's, so that none waits in a circle.
CREATE TRIGGER one_writer BEFORE UPDATE OF time_zone ON organizations
  FOR EACH STATEMENT EXECUTE FUNCTION lock_media_sessions();
CREATE TRIGGER move_counts AFTER INSERT OR UPDATE OF time_zone ON organizations
  FOR EACH ROW EXECUTE FUNCTION move_weekly_counts();
