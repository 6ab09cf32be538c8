-- The catalogue is curated by the platform and holds nothing of any patient: no row-level security.
CREATE TABLE exercises (
  exercise_id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug              text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  kind              text NOT NULL CHECK (kind IN ('reps_based', 'duration_based')),
  status            text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
  display_name      text NOT NULL,
  asset_version     integer NOT NULL DEFAULT 1 CHECK (asset_version > 0),
  -- What a player sends as media_id for this exercise; the client hashes it, so it is kept beside.
  media_id          text UNIQUE,
  catalog_render_id uuid,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now()
);

-- The render cache. render_id is the UUIDv5 of the four parts of the key, so anyone can name a
-- render before it exists.
CREATE TABLE exercise_renders (
  render_id        uuid PRIMARY KEY,
  exercise_id      uuid NOT NULL REFERENCES exercises,
  recipe_hash      text NOT NULL,
  language         text NOT NULL,
  asset_version    integer NOT NULL,
  recipe           jsonb,
  status           text NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'rendering', 'ready', 'failed')),
  host             text,
  host_video_id    text,
  duration_seconds double precision,
  frames           bigint,
  picks            jsonb,
  segments         jsonb,
  error            text,
  queued_at        timestamptz NOT NULL DEFAULT now(),
  finished_at      timestamptz,
  UNIQUE (exercise_id, recipe_hash, language, asset_version),
  CHECK (status <> 'ready' OR (host IS NOT NULL AND host_video_id IS NOT NULL
                               AND duration_seconds IS NOT NULL)),
  CHECK (status <> 'failed' OR error IS NOT NULL),
  CHECK (recipe IS NOT NULL OR recipe_hash = '_imported')
);

ALTER TABLE exercises
  ADD FOREIGN KEY (catalog_render_id) REFERENCES exercise_renders DEFERRABLE INITIALLY DEFERRED;

GRANT SELECT ON exercises TO kinebeam_gateway, kinebeam_render, kinebeam_pipeline;
GRANT SELECT, INSERT, UPDATE ON exercise_renders TO kinebeam_gateway, kinebeam_render;
GRANT SELECT ON exercise_renders TO kinebeam_pipeline;
