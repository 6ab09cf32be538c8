-- The weekly counts were made from the tables of changed rows that PostgreSQL hands to a statement's
-- triggers. When one MERGE both inserts and updates rows of a partitioned table, PostgreSQL 17.6 may show
-- an inserted row there in the place of an updated one, depending on the order in which the plan visits
-- them; then the counts drifted. A trigger for each row is always given the row's own old and new
-- values, whatever statement and plan wrote it. So each row that comes or goes is noted as it does, and
-- the statement's trigger adds up what was noted.
TRUNCATE media_session_departures;
ALTER TABLE media_session_departures RENAME TO media_session_changes;
ALTER TABLE media_session_changes
  -- 1: the session came, -1: it went; a change is both
  ADD COLUMN n integer NOT NULL,
  -- Each statement empties the table again: what vacuum does not remove, every scan reads.
  SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
       autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0);

DROP TRIGGER note_departure ON media_session_metrics;
DROP TRIGGER count_arrivals ON media_session_metrics;
DROP TRIGGER count_changes ON media_session_metrics;
DROP TRIGGER count_departures ON media_session_metrics;
DROP FUNCTION note_departed_session, count_arrived_sessions, count_changed_sessions;

DO $make$
DECLARE
  columns constant text := (
    SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = 'media_session_changes'::regclass AND attnum > 0 AND NOT attisdropped
       AND attname <> 'n');
  before  constant text := regexp_replace(columns, '(\w+)', 'OLD.\1', 'g');
  after   constant text := regexp_replace(columns, '(\w+)', 'NEW.\1', 'g');
  noting  constant text := $sql$
    CREATE FUNCTION %s() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $body$ BEGIN
      INSERT INTO media_session_changes (n, %s) VALUES %s;
      RETURN NULL;
    END $body$ $sql$;
  counter text := pg_get_functiondef('count_departed_sessions'::regproc);
BEGIN
  EXECUTE format(noting, 'note_arrived_session', columns, format('(1, %s)', after));
  EXECUTE format(noting, 'note_departed_session', columns, format('(-1, %s)', before));
  EXECUTE format(noting, 'note_changed_session', columns, format('(-1, %s), (1, %s)', before, after));
  EXECUTE 'CREATE TRIGGER note_arrival AFTER INSERT ON media_session_metrics FOR EACH ROW'
    ' EXECUTE FUNCTION note_arrived_session()';
  EXECUTE 'CREATE TRIGGER note_departure AFTER DELETE ON media_session_metrics FOR EACH ROW'
    ' EXECUTE FUNCTION note_departed_session()';
  -- Most writes of a running session change something that is counted; those that do not cost nothing.
  EXECUTE format('CREATE TRIGGER note_change AFTER UPDATE ON media_session_metrics FOR EACH ROW'
    ' WHEN ((%s) IS DISTINCT FROM (%s)) EXECUTE FUNCTION note_changed_session()', before, after);

  -- The function that counts is the one that counted departures, with each row's own sign.
  IF regexp_replace(counter, '\s+', ' ', 'g')
     NOT LIKE '%SELECT -1 AS n, ' || columns || ' FROM media_session_departures%' THEN
    RAISE EXCEPTION 'count_departed_sessions() is not as V8 made it: %', counter;
  END IF;
  counter := replace(counter, 'SELECT -1 AS n, ', 'SELECT n, ');
  counter := replace(counter, 'media_session_departures', 'media_session_changes');
  EXECUTE replace(counter, 'count_departed_sessions', 'count_changed_sessions');
END
$make$;

DROP FUNCTION count_departed_sessions;
REVOKE ALL ON FUNCTION note_arrived_session, note_departed_session, note_changed_session,
  count_changed_sessions FROM PUBLIC;

CREATE TRIGGER count_changes AFTER INSERT OR UPDATE OR DELETE ON media_session_metrics
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_sessions();

-- What has drifted until now is corrected.
DO $$
DECLARE
  wanted date;
BEGIN
  FOR wanted IN SELECT * FROM media_weeks() LOOP
    PERFORM reconcile_media_week(wanted, 'migration');
  END LOOP;
END
$$;
