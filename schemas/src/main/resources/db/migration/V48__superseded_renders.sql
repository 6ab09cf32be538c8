-- Renders of an earlier asset version than their exercise's present one are superseded. Their videos are
-- deleted at the host some hours after nothing uses them any more.

-- When the video of a superseded render was deleted at its host; the row stays, for the sessions that played it.
ALTER TABLE exercise_renders ADD COLUMN removed_at timestamptz CHECK (removed_at IS NULL OR status = 'failed');

-- By which a video at a host is looked up.
CREATE INDEX ON exercise_renders (host_video_id) WHERE host_video_id IS NOT NULL;

-- Ordered again, it is a render like any other.
CREATE FUNCTION forget_removal() RETURNS trigger
  LANGUAGE plpgsql
AS $$
BEGIN
  NEW.removed_at := NULL;
  RETURN NEW;
END
$$;

CREATE TRIGGER made_again BEFORE UPDATE ON exercise_renders
  FOR EACH ROW WHEN (OLD.removed_at IS NOT NULL AND NEW.status <> 'failed')
  EXECUTE FUNCTION forget_removal();

-- Those who follow a render, or were sent its webhook, know it as ready: a removal is no failure.
DROP TRIGGER note_change ON exercise_renders;
CREATE CONSTRAINT TRIGGER note_change AFTER UPDATE ON exercise_renders
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((NEW.status, NEW.step, NEW.percent, NEW.host_video_id)
        IS DISTINCT FROM (OLD.status, OLD.step, OLD.percent, OLD.host_video_id)
        AND NEW.removed_at IS NULL)
  EXECUTE FUNCTION note_render_change();

-- Null: the worker's grace after replaced_at.
ALTER TABLE replaced_videos ALTER COLUMN delete_after DROP NOT NULL, ALTER COLUMN delete_after DROP DEFAULT;

-- Who plays a render, of whatever organisation. Neither column changes once a row has it.
CREATE INDEX ON media_session_metrics (render_id, started_at DESC) WHERE render_id IS NOT NULL;

-- Whether the video of a render must stay where it is although the render is superseded. It is asked at the
-- moment of the removal, while the render's row is locked FOR UPDATE: whoever begins to name a render locks its
-- row first, FOR KEY SHARE or by request_render, and sees then whether it is ready still.
CREATE FUNCTION render_in_use(render uuid) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM exercise_previews AS p WHERE p.render_id = render)
      OR EXISTS (SELECT FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
                  WHERE r.render_id = render AND e.catalog_render_id = render)
      OR EXISTS (SELECT FROM preview_orders AS o WHERE o.render_id = render)
      -- No session lasts for a week; the bound leaves out the partitions of other months.
      OR EXISTS (SELECT FROM media_session_metrics AS m
                  WHERE m.render_id = render AND m.started_at > now() - interval '7 days'
                    AND m.last_event_at > now() - interval '1 hour')
$$;

REVOKE ALL ON FUNCTION render_in_use, forget_removal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION render_in_use TO kinebeam_worker, kinebeam_render;

-- A changed bundle is the next asset version, whose previews are ordered by the login that brings it.
GRANT INSERT, UPDATE, DELETE ON preview_orders TO kinebeam_render;
GRANT EXECUTE ON FUNCTION request_render, settle_preview TO kinebeam_render;
GRANT UPDATE (status, publish_error) ON exercises TO kinebeam_render;
