-- What players send as media_id when they play a personal video. It is never the exercise's: another video
-- of another length would be mixed into the exercise's figures. The sessions' readers find the exercise by it.
ALTER TABLE personalized_exercise_videos
  ADD COLUMN media_id text NOT NULL UNIQUE GENERATED ALWAYS AS ('personal:' || id::text) STORED;
