-- Four exercises with videos in two languages, one that is being made and one that failed.
INSERT INTO exercises (exercise_id, slug, kind, status, display_name, media_id, description, translations, difficulty)
SELECT md5('exercise ' || slug)::uuid, slug, 'reps_based', 'published', en, md5('exercise ' || slug),
       'Slow and without pain; stop when it hurts.',
       jsonb_build_object('ro', jsonb_build_object('display_name', ro, 'description', 'Lent și fără durere; oprește-te dacă doare.')),
       difficulty
  FROM (VALUES ('lumbar-stretch', 'Lumbar stretch', 'Întindere lombară', 1),
               ('shoulder-rotation', 'Shoulder rotation', 'Rotația umărului', 2),
               ('knee-extension', 'Knee extension', 'Extensia genunchiului', 3),
               ('ankle-mobility', 'Ankle mobility', 'Mobilitatea gleznei', 1)) AS known (slug, en, ro, difficulty);

-- An intro of 5 s, two sets of ten repetitions of 4 s with a pause of 10 s between them, an outro of 5 s.
INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, host,
                              host_video_id, duration_seconds, frames, segments, finished_at, bytes)
SELECT md5('render ' || slug || language)::uuid, exercise_id, 'sets of ten', language, 1,
       jsonb_build_object('exercise', slug, 'language', language, 'sets',
                          '[{"side":"left","reps":10},{"side":"right","reps":10}]'::jsonb, 'skip_pauza', false),
       'ready', 'own', md5('video ' || slug || language)::uuid, 100, 3000,
       jsonb_build_array(
         jsonb_build_object('kind', 'intro', 'index', 0, 'from_seconds', 0, 'to_seconds', 5, 'reps', '[]'::jsonb),
         jsonb_build_object('kind', 'set', 'index', 1, 'side', 'left', 'set', 0, 'from_seconds', 5, 'to_seconds', 45,
           'reps', (SELECT jsonb_agg(5 + 4 * i) FROM generate_series(0, 10) AS i)),
         jsonb_build_object('kind', 'pauza', 'index', 2, 'from_seconds', 45, 'to_seconds', 55, 'reps', '[]'::jsonb),
         jsonb_build_object('kind', 'set', 'index', 3, 'side', 'right', 'set', 1, 'from_seconds', 55, 'to_seconds', 95,
           'reps', (SELECT jsonb_agg(55 + 4 * i) FROM generate_series(0, 10) AS i)),
         jsonb_build_object('kind', 'outro', 'index', 4, 'from_seconds', 95, 'to_seconds', 100, 'reps', '[]'::jsonb)),
       now() - interval '40 days', 20000000
  FROM exercises, unnest(ARRAY['en', 'ro']) AS language;

INSERT INTO exercise_previews (exercise_id, language, render_id, asset_version)
SELECT exercise_id, language, render_id, 1 FROM exercise_renders WHERE recipe_hash = 'sets of ten'
ON CONFLICT DO NOTHING;

INSERT INTO exercise_renders (render_id, exercise_id, recipe_hash, language, asset_version, recipe, status, step, percent,
                              started_at, sent_at, error)
SELECT md5('render ' || what)::uuid, exercise_id, what, 'ro', 1,
       jsonb_build_object('exercise', slug, 'language', 'ro', 'sets', '[{"side":"left","reps":12}]'::jsonb, 'skip_pauza', false),
       state, step, percent, now() - interval '1 minute', now() - interval '2 minutes', reason
  FROM exercises
  JOIN (VALUES ('being made', 'knee-extension', 'rendering', 'composing', 60, NULL),
               ('failed', 'ankle-mobility', 'failed', NULL, NULL, 'the intro has no sound in Romanian'))
         AS wanted (what, of, state, step, percent, reason) ON of = slug;
