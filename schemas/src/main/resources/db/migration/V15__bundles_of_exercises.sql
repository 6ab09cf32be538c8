-- What an exercise's bundle held when it was last brought into the bucket. Another content means another
-- asset version, also when whoever uploaded it died before saying so.
ALTER TABLE exercises ADD COLUMN bundle_fingerprint text;

GRANT INSERT (bundle_fingerprint), UPDATE (bundle_fingerprint) ON exercises TO kinebeam_render;
