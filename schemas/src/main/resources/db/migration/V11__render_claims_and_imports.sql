-- One bake per key, whoever asks. A worker takes the claim before it composes and lets go of it when the
-- render is recorded; while it works it renews. What is not renewed in time may be taken over: rows and
-- not advisory locks, because a row survives poolers and restarts of the server, and tells who and since
-- when.
CREATE TABLE render_claims (
  render_id  uuid PRIMARY KEY,
  plan_id    uuid NOT NULL,
  worker     text NOT NULL,
  -- under which the video is, or would be, at the host
  title      text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

-- Videos at a host that no row names any more. Players may be in the middle of them, so they go later.
CREATE TABLE replaced_videos (
  host          text NOT NULL,
  host_video_id text NOT NULL,
  render_id     uuid NOT NULL,
  replaced_at   timestamptz NOT NULL DEFAULT now(),
  delete_after  timestamptz NOT NULL DEFAULT now() + interval '6 hours',
  PRIMARY KEY (host, host_video_id)
);

CREATE INDEX ON replaced_videos (delete_after);

-- Which plan made a ready render, so that an order that comes again is known, forced ones too; and how
-- often it was made.
ALTER TABLE exercise_renders
  ADD COLUMN plan_id uuid,
  ADD COLUMN bakes   integer NOT NULL DEFAULT 0;

-- Where an imported video came from: what makes a second import of the same file change nothing.
CREATE TABLE imported_videos (
  exercise_id uuid NOT NULL REFERENCES exercises,
  language    text NOT NULL,
  -- file, url or hosted
  kind        text NOT NULL CHECK (kind IN ('file', 'url', 'hosted')),
  -- the address or the host's id; of a file its name, for people
  source      text NOT NULL,
  sha256      text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes       bigint,
  imported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (exercise_id, language),
  CHECK (kind <> 'file' OR sha256 IS NOT NULL)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON render_claims, replaced_videos TO kinebeam_render;
GRANT SELECT, INSERT, UPDATE ON imported_videos TO kinebeam_render;
-- Imports add exercises, renders become previews; names and states are the platform's.
GRANT INSERT (slug, kind, display_name, media_id), UPDATE (asset_version, catalog_render_id, updated_at)
  ON exercises TO kinebeam_render;

-- A render's id is made of the four parts of its key, so that the primary key guards them. As a second
-- unique index they made one of two inserts at the same moment fail: ON CONFLICT watches one index only.
DO $$
DECLARE
  twin text;
BEGIN
  SELECT conname INTO STRICT twin FROM pg_constraint
   WHERE conrelid = 'exercise_renders'::regclass AND contype = 'u';
  EXECUTE format('ALTER TABLE exercise_renders DROP CONSTRAINT %I', twin);
END
$$;

CREATE INDEX ON exercise_renders (exercise_id, recipe_hash, language, asset_version);
