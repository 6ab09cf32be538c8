-- Orders of many renders at once.
CREATE TABLE render_bulks (
  bulk_id      uuid PRIMARY KEY,
  -- a person's id, or the name of a program
  ordered_by   text NOT NULL,
  ordered_at   timestamptz NOT NULL DEFAULT now(),
  cancelled_at timestamptz,
  -- when its last render was ready or failed
  finished_at  timestamptz
);

CREATE TABLE render_bulk_items (
  bulk_id   uuid NOT NULL REFERENCES render_bulks ON DELETE CASCADE,
  render_id uuid NOT NULL REFERENCES exercise_renders ON DELETE CASCADE,
  PRIMARY KEY (bulk_id, render_id)
);

CREATE INDEX ON render_bulk_items (render_id);

GRANT SELECT, INSERT, UPDATE ON render_bulks TO kinebeam_core_api;
GRANT SELECT, INSERT ON render_bulk_items TO kinebeam_core_api;
GRANT SELECT, UPDATE ON render_bulks TO kinebeam_worker;
GRANT SELECT ON render_bulk_items TO kinebeam_worker;

-- What became of renders and bulks, for those who follow them. Numbered in the order in which the changes
-- are committed, so that whoever has read up to a number has missed none below it: the triggers run when
-- their transaction ends, one transaction after another. By then it holds every row's lock that it needs,
-- so two never wait for each other in a circle.
CREATE TABLE render_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        timestamptz NOT NULL DEFAULT now(),
  -- queued, rendering, ready, failed of a render; bulk.finished of a bulk
  kind      text NOT NULL,
  render_id uuid,
  bulk_id   uuid,
  payload   jsonb NOT NULL
);

CREATE INDEX ON render_changes (render_id, change_id);
CREATE INDEX ON render_changes (at);

GRANT SELECT ON render_changes TO kinebeam_core_api;
GRANT SELECT, DELETE ON render_changes TO kinebeam_worker;

CREATE FUNCTION note_render_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, render_id, payload)
  SELECT NEW.status, NEW.render_id, jsonb_strip_nulls(jsonb_build_object(
           'render_id', NEW.render_id, 'status', NEW.status, 'exercise', e.slug,
           'language', NEW.language, 'asset_version', NEW.asset_version,
           'step', CASE WHEN NEW.status = 'rendering' THEN NEW.step END,
           'percent', CASE WHEN NEW.status = 'rendering' THEN NEW.percent END,
           'host_video_id', CASE WHEN NEW.status = 'ready' THEN NEW.host_video_id END,
           'duration_seconds', CASE WHEN NEW.status = 'ready' THEN NEW.duration_seconds END,
           'error', CASE WHEN NEW.status = 'failed' THEN NEW.error END,
           'retryable', CASE WHEN NEW.status = 'failed' THEN NEW.retryable END,
           'at', utc_text(NEW.changed_at)))
    FROM exercises AS e WHERE e.exercise_id = NEW.exercise_id;
  IF NEW.status IN ('ready', 'failed') THEN
    -- The bulks of which this was the last one.
    UPDATE render_bulks AS b SET finished_at = now()
     WHERE b.finished_at IS NULL
       AND b.bulk_id IN (SELECT i.bulk_id FROM render_bulk_items AS i WHERE i.render_id = NEW.render_id)
       AND NOT EXISTS (SELECT FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
                        WHERE i.bulk_id = b.bulk_id AND r.status IN ('queued', 'rendering'));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION note_bulk_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('render_changes'));
  INSERT INTO render_changes (kind, bulk_id, payload)
  SELECT 'bulk.finished', NEW.bulk_id, jsonb_build_object(
           'bulk_id', NEW.bulk_id, 'total', count(*),
           'ready', count(*) FILTER (WHERE r.status = 'ready'),
           'failed', count(*) FILTER (WHERE r.status = 'failed'),
           'cancelled', NEW.cancelled_at IS NOT NULL,
           'at', utc_text(NEW.finished_at))
    FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
   WHERE i.bulk_id = NEW.bulk_id;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER note_new AFTER INSERT ON exercise_renders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_render_change();
CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON exercise_renders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((NEW.status, NEW.step, NEW.percent, NEW.host_video_id)
        IS DISTINCT FROM (OLD.status, OLD.step, OLD.percent, OLD.host_video_id))
  EXECUTE FUNCTION note_render_change();
CREATE CONSTRAINT TRIGGER note_finished AFTER UPDATE ON render_bulks
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL)
  EXECUTE FUNCTION note_bulk_change();

-- Cancels the renders of a bulk that no composer has begun and that nobody else asked for; returns how many.
-- Those that are being made are not tried again when they fail.
CREATE FUNCTION cancel_render_bulk(bulk uuid) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  stopped bigint;
BEGIN
  UPDATE render_bulks SET cancelled_at = now()
   WHERE bulk_id = bulk AND cancelled_at IS NULL AND finished_at IS NULL;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH own AS (
    SELECT r.render_id FROM exercise_renders AS r JOIN render_bulk_items AS i USING (render_id)
     WHERE i.bulk_id = bulk AND r.status IN ('queued', 'rendering') AND r.lane = 'bulk'
       AND NOT EXISTS (SELECT FROM render_bulk_items AS o JOIN render_bulks AS b USING (bulk_id)
                        WHERE o.render_id = r.render_id AND o.bulk_id <> bulk
                          AND b.cancelled_at IS NULL AND b.finished_at IS NULL)
     ORDER BY r.render_id FOR UPDATE OF r
  ), begun AS (
    UPDATE exercise_renders AS r SET cancelled = true
      FROM own WHERE r.render_id = own.render_id AND r.status = 'rendering'
  ), cancelled AS (
    UPDATE exercise_renders AS r
       SET status = 'failed', error = 'its bulk was cancelled; ask again to have it made',
           finished_at = now(), changed_at = now(), retryable = true, cancelled = true
      FROM own WHERE r.render_id = own.render_id AND r.status = 'queued'
    RETURNING r.render_id
  ), gone AS (
    DELETE FROM render_outbox AS o USING cancelled AS c WHERE o.render_id = c.render_id
  )
  SELECT count(*) INTO stopped FROM cancelled;
  RETURN stopped;
END
$$;

-- Of a bulk that had nothing to do: all of its renders were ready or had failed when it was ordered.
CREATE FUNCTION finish_render_bulk(bulk uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  UPDATE render_bulks AS b SET finished_at = now()
   WHERE b.bulk_id = bulk AND b.finished_at IS NULL
     AND NOT EXISTS (SELECT FROM render_bulk_items AS i JOIN exercise_renders AS r USING (render_id)
                      WHERE i.bulk_id = b.bulk_id AND r.status IN ('queued', 'rendering'))
$$;

REVOKE ALL ON FUNCTION note_render_change, note_bulk_change, cancel_render_bulk, finish_render_bulk
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cancel_render_bulk, finish_render_bulk TO kinebeam_core_api;
