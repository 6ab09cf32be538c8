-- An exercise that has no video of its own can be prescribed to a patient who has a personal video of it: the
-- prescription then names no render. It is prescribed only while that video is active, and an active one is
-- only ever replaced by another, so such an exercise keeps no workout from becoming visible
-- (settle_workout waits for the renders that are named).
ALTER TABLE workout_exercises ALTER COLUMN render_id DROP NOT NULL;
