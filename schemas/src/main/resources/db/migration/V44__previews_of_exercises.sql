-- What patients see of a published exercise, in each of its languages; and what is to take its place.
CREATE TABLE exercise_previews (
  exercise_id   uuid NOT NULL REFERENCES exercises,
  language      text NOT NULL,
  render_id     uuid NOT NULL UNIQUE REFERENCES exercise_renders ON UPDATE CASCADE,
  asset_version integer NOT NULL,
  PRIMARY KEY (exercise_id, language)
);

-- A row for each language whose preview was ordered and is not ready: the transaction that records the
-- render as ready shows it and deletes the row. A newer order takes the place of an older one.
CREATE TABLE preview_orders (
  exercise_id   uuid NOT NULL REFERENCES exercises,
  language      text NOT NULL,
  render_id     uuid NOT NULL UNIQUE REFERENCES exercise_renders ON UPDATE CASCADE ON DELETE CASCADE,
  asset_version integer NOT NULL,
  -- of the exercise's languages; the exercise is published with the one at 0
  position      smallint NOT NULL,
  ordered_at    timestamptz NOT NULL DEFAULT now(),
  -- why it could not be made
  error         text,
  PRIMARY KEY (exercise_id, language)
);

INSERT INTO exercise_previews (exercise_id, language, render_id, asset_version)
SELECT r.exercise_id, r.language, r.render_id, r.asset_version
  FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
 WHERE r.status = 'ready' AND (r.render_id = e.catalog_render_id OR r.recipe_hash = '_imported')
    ON CONFLICT DO NOTHING;

ALTER TABLE exercise_previews ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_previews FORCE ROW LEVEL SECURITY;
ALTER TABLE preview_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE preview_orders FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON exercise_previews TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY keeper ON preview_orders TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY everything ON exercise_previews TO kinebeam_admin, kinebeam_render, kinebeam_worker
  USING (true) WITH CHECK (true);
CREATE POLICY everything ON preview_orders TO kinebeam_admin, kinebeam_render, kinebeam_worker
  USING (true) WITH CHECK (true);
CREATE POLICY of_seen ON exercise_previews FOR SELECT TO kinebeam_core_api
  USING (EXISTS (SELECT FROM exercises AS e WHERE e.exercise_id = exercise_previews.exercise_id));
CREATE POLICY of_seen ON preview_orders FOR SELECT TO kinebeam_core_api
  USING (EXISTS (SELECT FROM exercises AS e WHERE e.exercise_id = preview_orders.exercise_id));
CREATE POLICY of_own ON preview_orders TO kinebeam_core_api
  USING (EXISTS (SELECT FROM exercises AS e WHERE e.exercise_id = preview_orders.exercise_id
                                              AND e.org_id = current_org()))
  WITH CHECK (EXISTS (SELECT FROM exercises AS e WHERE e.exercise_id = preview_orders.exercise_id
                                                   AND e.org_id = current_org()));

GRANT SELECT ON exercise_previews TO kinebeam_core_api, kinebeam_admin, kinebeam_render, kinebeam_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON preview_orders TO kinebeam_core_api, kinebeam_admin;
GRANT SELECT ON preview_orders TO kinebeam_render, kinebeam_worker;

-- Shows a ready render to patients in its language, unless one of a later asset version is shown already.
-- The exercise's preview is that of its first language.
CREATE FUNCTION show_preview(render uuid, is_first boolean) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  -- As settle_preview: the exercise before its previews.
  PERFORM FROM exercises AS e JOIN exercise_renders AS r USING (exercise_id)
    WHERE r.render_id = render FOR NO KEY UPDATE OF e;
  INSERT INTO exercise_previews AS p (exercise_id, language, render_id, asset_version)
  SELECT r.exercise_id, r.language, r.render_id, r.asset_version FROM exercise_renders AS r
   WHERE r.render_id = render AND r.status = 'ready'
      ON CONFLICT (exercise_id, language) DO UPDATE
     SET render_id = excluded.render_id, asset_version = excluded.asset_version
   WHERE (p.render_id, p.asset_version) <> (excluded.render_id, excluded.asset_version)
     AND p.asset_version <= excluded.asset_version;
  UPDATE exercises AS e SET catalog_render_id = render
    FROM exercise_renders AS r
   WHERE r.render_id = render AND r.status = 'ready' AND e.exercise_id = r.exercise_id
     AND e.catalog_render_id IS DISTINCT FROM render
     AND NOT EXISTS (SELECT FROM exercise_renders AS shown
                      WHERE shown.render_id = e.catalog_render_id
                        AND shown.asset_version > r.asset_version)
     AND (is_first OR e.catalog_render_id IS NULL
          OR EXISTS (SELECT FROM exercise_renders AS shown
                      WHERE shown.render_id = e.catalog_render_id AND shown.language = r.language));
END
$$;

-- Draws the consequences for previews of what became of a render: one that is ready is shown, and with that
-- of the first language the exercise is published; when that one fails, it is a draft again.
--
-- The exercise's row is locked before the orders are read. Whoever orders previews asks for the renders
-- first, then locks the exercise, enters the orders, and calls this for each render: so none of two
-- transactions misses the other, and renders are locked before exercises everywhere.
CREATE FUNCTION settle_preview(render uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  made    exercise_renders;
  ordered preview_orders;
BEGIN
  PERFORM FROM exercises AS e JOIN exercise_renders AS r USING (exercise_id)
    WHERE r.render_id = render FOR NO KEY UPDATE OF e;
  SELECT * INTO made FROM exercise_renders WHERE render_id = render;
  IF made.status = 'ready' AND made.recipe_hash = '_imported' THEN
    PERFORM show_preview(render, false);
  END IF;
  SELECT * INTO ordered FROM preview_orders WHERE render_id = render;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF made.status = 'ready' THEN
    PERFORM show_preview(render, ordered.position = 0);
    DELETE FROM preview_orders WHERE render_id = render;
    IF ordered.position = 0 THEN
      UPDATE exercises SET status = 'published', publish_error = NULL
       WHERE exercise_id = made.exercise_id AND status = 'publishing';
    END IF;
  ELSIF made.status = 'failed' THEN
    UPDATE preview_orders SET error = made.error WHERE render_id = render;
    IF ordered.position = 0 THEN
      UPDATE exercises
         SET status = 'draft',
             publish_error = 'the preview in ' || made.language || ' failed: ' || made.error
       WHERE exercise_id = made.exercise_id AND status = 'publishing';
    END IF;
  END IF;
END
$$;

CREATE FUNCTION settle_preview_of_render() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  PERFORM settle_preview(NEW.render_id);
  RETURN NULL;
END
$$;

-- A cancelled render is of a bulk alone, and no preview.
CREATE TRIGGER settle_new_preview AFTER INSERT ON exercise_renders
  FOR EACH ROW WHEN (NEW.status IN ('ready', 'failed') AND NOT NEW.cancelled)
  EXECUTE FUNCTION settle_preview_of_render();
CREATE TRIGGER settle_preview AFTER UPDATE ON exercise_renders
  FOR EACH ROW WHEN (NEW.status IN ('ready', 'failed') AND NOT NEW.cancelled
                     AND (OLD.status <> NEW.status OR OLD.render_id <> NEW.render_id))
  EXECUTE FUNCTION settle_preview_of_render();

REVOKE ALL ON FUNCTION show_preview, settle_preview, settle_preview_of_render FROM PUBLIC;
GRANT EXECUTE ON FUNCTION show_preview TO kinebeam_render;
GRANT EXECUTE ON FUNCTION settle_preview TO kinebeam_core_api, kinebeam_admin;

-- As before, for exercises that are for all or the own ones of the organisation that the transaction speaks
-- for, whichever the caller names; logins that see all exercises ask for any. An interactive request takes a
-- render out of the bulk lane also while it is being made: cancelling the bulk then neither keeps it from being
-- tried again nor hides its failure from its preview.
CREATE OR REPLACE FUNCTION request_render(id uuid, of_slug text, hash text, lang text, version integer,
                                          with_recipe jsonb, in_lane text, for_org uuid) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  done text := 'joined';
  waits boolean := false;
BEGIN
  IF NOT EXISTS (SELECT FROM exercises AS e
                  WHERE e.slug = of_slug
                    AND (e.org_id IS NULL OR e.org_id = current_org()
                         OR pg_has_role(session_user, 'kinebeam_admin', 'MEMBER')
                         OR pg_has_role(session_user, 'kinebeam_render', 'MEMBER'))) THEN
    RETURN 'unknown_exercise';
  END IF;
  INSERT INTO exercise_renders AS r
         (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, lane)
  SELECT id, e.exercise_id, hash, lang, version, with_recipe, 'queued', in_lane
    FROM exercises AS e WHERE e.slug = of_slug
  ON CONFLICT (render_id) DO UPDATE
     SET status = 'queued', error = NULL, finished_at = NULL, queued_at = now(), changed_at = now(),
         lane = in_lane, attempts = 0, sent_at = NULL, sends = 0, started_at = NULL, step = NULL, percent = NULL,
         retryable = false, cancelled = false, recipe = excluded.recipe
   WHERE r.status = 'failed';
  IF FOUND THEN
    PERFORM enter_render_order(id, in_lane, interval '0');
    done := 'queued';
  ELSIF in_lane = 'interactive' THEN
    -- One that is on its way keeps its place, but the end of its bulk is not its end any more.
    UPDATE exercise_renders SET lane = in_lane, cancelled = false
     WHERE render_id = id AND lane = 'bulk' AND status IN ('queued', 'rendering')
    RETURNING status = 'queued' AND sent_at IS NULL INTO waits;
    IF waits THEN
      PERFORM enter_render_order(id, in_lane, interval '0');
      done := 'moved';
    END IF;
  END IF;
  IF for_org IS NOT NULL THEN
    INSERT INTO render_requests (render_id, org_id) VALUES (id, for_org) ON CONFLICT DO NOTHING;
  END IF;
  RETURN done;
END
$$;
