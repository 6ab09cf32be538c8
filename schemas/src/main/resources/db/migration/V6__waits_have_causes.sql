-- Who asked to play and saw no frame: start failures and exits before the start are shares of these.
ALTER TABLE media_session_metrics ADD COLUMN asked_to_play boolean NOT NULL DEFAULT false;

-- Waits for data in start-up and after a seek are kept, and told from stalls.
ALTER TABLE media_buffering_events
  ADD COLUMN cause text NOT NULL DEFAULT 'stall' CHECK (cause IN ('stall', 'startup', 'seek'));

-- Rows of older versions: what played had asked to. The policies let no row through to an owner who
-- is not a superuser, so they stand aside for this statement.
ALTER TABLE media_session_metrics NO FORCE ROW LEVEL SECURITY;
UPDATE media_session_metrics
   SET asked_to_play = true
 WHERE started_playing OR video_load_time_ms IS NOT NULL OR error_count > 0;
ALTER TABLE media_session_metrics FORCE ROW LEVEL SECURITY;
