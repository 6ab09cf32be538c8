-- An organisation reads what is for all and what is its own, and writes its own; what is for all is written
-- by kinebeam_admin, and by the login that brings bundles and imports.
ALTER TABLE exercise_renders ADD COLUMN org_id uuid REFERENCES organizations;

-- A render belongs to whom its exercise belongs to, which never changes.
CREATE FUNCTION own_exercise_render() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
  NEW.org_id := (SELECT e.org_id FROM exercises AS e WHERE e.exercise_id = NEW.exercise_id);
  RETURN NEW;
END
$$;

CREATE TRIGGER own BEFORE INSERT ON exercise_renders
  FOR EACH ROW EXECUTE FUNCTION own_exercise_render();
REVOKE ALL ON FUNCTION own_exercise_render FROM PUBLIC;

ALTER TABLE exercises ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercises FORCE ROW LEVEL SECURITY;
ALTER TABLE exercise_renders ENABLE ROW LEVEL SECURITY;
ALTER TABLE exercise_renders FORCE ROW LEVEL SECURITY;

CREATE POLICY keeper ON exercises TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY everything ON exercises TO kinebeam_admin, kinebeam_render USING (true) WITH CHECK (true);
CREATE POLICY read_all ON exercises FOR SELECT TO kinebeam_worker, kinebeam_pipeline USING (true);
CREATE POLICY read_common_and_own ON exercises FOR SELECT TO kinebeam_gateway, kinebeam_core_api
  USING (org_id IS NULL OR org_id = current_org());
CREATE POLICY add_own ON exercises FOR INSERT TO kinebeam_core_api WITH CHECK (org_id = current_org());
CREATE POLICY change_own ON exercises FOR UPDATE TO kinebeam_core_api
  USING (org_id = current_org()) WITH CHECK (org_id = current_org());

CREATE POLICY keeper ON exercise_renders TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY everything ON exercise_renders TO kinebeam_admin, kinebeam_render, kinebeam_worker
  USING (true) WITH CHECK (true);
CREATE POLICY read_all ON exercise_renders FOR SELECT TO kinebeam_pipeline USING (true);
CREATE POLICY read_common_and_own ON exercise_renders FOR SELECT TO kinebeam_gateway, kinebeam_core_api
  USING (org_id IS NULL OR org_id = current_org());
-- Orders are entered by request_render. Gateways of the release before enter them themselves, and serve while
-- a new one is rolled out.
CREATE POLICY enter_common_and_own ON exercise_renders FOR INSERT TO kinebeam_gateway
  WITH CHECK (org_id IS NULL OR org_id = current_org());
CREATE POLICY queue_common_and_own ON exercise_renders FOR UPDATE TO kinebeam_gateway
  USING (org_id IS NULL OR org_id = current_org()) WITH CHECK (org_id IS NULL OR org_id = current_org());

-- Parts of an exercise are seen by whoever sees it, and written by whoever may write it.
DO $$
DECLARE
  part text;
BEGIN
  FOREACH part IN ARRAY ARRAY['exercise_tags', 'exercise_instructions', 'exercise_contraindications',
                              'bundle_checks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY keeper ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', part);
    EXECUTE format('CREATE POLICY everything ON %I TO kinebeam_admin, kinebeam_render'
                   ' USING (true) WITH CHECK (true)', part);
    EXECUTE format('CREATE POLICY of_seen ON %1$I FOR SELECT TO kinebeam_core_api USING (EXISTS'
                   ' (SELECT FROM exercises AS e WHERE e.exercise_id = %1$I.exercise_id))', part);
    IF part <> 'bundle_checks' THEN
      EXECUTE format('CREATE POLICY add_own ON %1$I FOR INSERT TO kinebeam_core_api WITH CHECK (EXISTS'
                     ' (SELECT FROM exercises AS e WHERE e.exercise_id = %1$I.exercise_id'
                     ' AND e.org_id = current_org()))', part);
      EXECUTE format('CREATE POLICY remove_own ON %1$I FOR DELETE TO kinebeam_core_api USING (EXISTS'
                     ' (SELECT FROM exercises AS e WHERE e.exercise_id = %1$I.exercise_id'
                     ' AND e.org_id = current_org()))', part);
      EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO kinebeam_core_api, kinebeam_admin', part);
    END IF;
  END LOOP;
END
$$;

GRANT SELECT ON bundle_checks TO kinebeam_core_api, kinebeam_admin;
GRANT SELECT, INSERT, UPDATE ON bundle_checks TO kinebeam_render;
GRANT SELECT ON exercise_categories, exercise_body_regions, exercise_equipment TO kinebeam_core_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON exercise_categories, exercise_body_regions, exercise_equipment
  TO kinebeam_admin;

GRANT INSERT (exercise_id, slug, kind, org_id, display_name, description, translations, difficulty,
              tracking),
      UPDATE (display_name, description, translations, difficulty, tracking, status, publish_error,
              replaced_by, revision)
  ON exercises TO kinebeam_core_api, kinebeam_admin;
GRANT SELECT ON exercises TO kinebeam_admin;
-- Videos that are at a host already are adopted by administrators.
GRANT INSERT (media_id), UPDATE (asset_version, catalog_render_id, updated_at) ON exercises TO kinebeam_admin;
GRANT SELECT, INSERT, UPDATE ON exercise_renders, imported_videos, replaced_videos TO kinebeam_admin;
GRANT SELECT, DELETE ON created_videos TO kinebeam_admin;
-- The routes of the platform are served with this login.
GRANT EXECUTE ON FUNCTION request_render, cancel_render_bulk, finish_render_bulk TO kinebeam_admin;
GRANT SELECT, INSERT, UPDATE ON render_bulks TO kinebeam_admin;
GRANT SELECT, INSERT ON render_bulk_items TO kinebeam_admin;
GRANT SELECT ON render_changes, render_requests, scheduled_tasks, job_runs TO kinebeam_admin;

-- A render's place in the queue counts those of all organisations, and names none.
CREATE FUNCTION render_place(render uuid, latest integer)
  RETURNS TABLE (ahead integer, rendering integer, mean double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
  SELECT (SELECT count(*)::int FROM exercise_renders AS o
           WHERE me.status = 'queued' AND o.status = 'queued'
             AND o.render_id <> me.render_id
             AND (o.lane, me.lane) <> ('bulk', 'interactive')
             AND (o.lane <> me.lane OR o.queued_at < me.queued_at)),
         (SELECT count(*)::int FROM exercise_renders WHERE status = 'rendering'),
         (SELECT avg(extract(epoch FROM finished_at - started_at))::float8
            FROM (SELECT finished_at, started_at FROM exercise_renders
                   WHERE status = 'ready' AND started_at IS NOT NULL
                   ORDER BY finished_at DESC LIMIT latest) AS measured)
    FROM exercise_renders AS me WHERE me.render_id = render
$$;
REVOKE ALL ON FUNCTION render_place FROM PUBLIC;
GRANT EXECUTE ON FUNCTION render_place TO kinebeam_gateway, kinebeam_core_api, kinebeam_admin;
