-- What making the present video of a render took, so that the next batch can be estimated from it: its file's
-- bytes, and wall-clock seconds of composing and of publishing (upload, and waiting until it could be
-- played). Null for imports and for renders from before this migration.
ALTER TABLE exercise_renders
  ADD COLUMN bytes           bigint           DEFAULT NULL CHECK (bytes > 0),
  ADD COLUMN compose_seconds double precision DEFAULT NULL,
  ADD COLUMN publish_seconds double precision DEFAULT NULL;
