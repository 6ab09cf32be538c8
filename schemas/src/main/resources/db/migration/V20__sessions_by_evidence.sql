-- What the status and the times of two rows of one session are merged from, so that a row that meets an
-- older one gives what all their events together give; and what was corrected. Of rows from before, the
-- defaults say that they may have reported watched time, and nothing else.
ALTER TABLE media_session_metrics
  -- different events of which a field was corrected
  ADD COLUMN events_corrected          integer NOT NULL DEFAULT 0,
  -- the number of the last session_end in the player's counter
  ADD COLUMN end_seq                   bigint,
  -- the first session_start, whose facts the row has: the patient's clock, and its number
  ADD COLUMN start_said_ms             bigint,
  ADD COLUMN start_seq                 bigint,
  -- the same of the first event that names the media
  ADD COLUMN media_said_ms             bigint,
  ADD COLUMN media_seq                 bigint,
  -- some event reported watched time
  ADD COLUMN watched_reported          boolean NOT NULL DEFAULT true,
  -- the furthest place that a heartbeat, a milestone or a session_end reported
  ADD COLUMN reported_position_seconds double precision,
  -- the last milestone was reached in a time that playing there takes
  ADD COLUMN played_to_milestone       boolean NOT NULL DEFAULT false;
