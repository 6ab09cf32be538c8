-- Videos of composed renders of which a newer asset version is ready. From now on the transaction that
-- records the newer one notes them; these are what came before.
INSERT INTO replaced_videos (host, host_video_id, render_id)
SELECT r.host, r.host_video_id, r.render_id
  FROM exercise_renders AS r
 WHERE r.status = 'ready' AND r.recipe_hash <> '_imported'
   AND NOT EXISTS (SELECT FROM exercises AS e WHERE e.catalog_render_id = r.render_id)
   AND EXISTS (SELECT FROM exercise_renders AS n
                WHERE n.exercise_id = r.exercise_id AND n.recipe_hash = r.recipe_hash
                  AND n.language = r.language AND n.asset_version > r.asset_version
                  AND n.status = 'ready')
ON CONFLICT DO NOTHING;
