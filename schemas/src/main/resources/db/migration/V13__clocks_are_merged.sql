-- A patient's clock may be set right while the session runs, so the times of two rows of one session
-- can only be merged by what they are told from; ADR 14 tells how. Null in rows from before.
ALTER TABLE media_session_metrics
  -- the first event, the last and the player's end by the patient's clock, milliseconds since 1970
  ADD COLUMN first_said_ms    bigint,
  ADD COLUMN last_said_ms     bigint,
  ADD COLUMN end_said_ms      bigint,
  -- the first event and the last by our clock, each mended with its own trip alone
  ADD COLUMN first_heard_ms   bigint,
  ADD COLUMN last_heard_ms    bigint,
  -- when the gateway last heard of the session
  ADD COLUMN last_received_ms bigint,
  -- the least of (received - sent), also where it cannot mend the whole session
  ADD COLUMN least_delay_ms   bigint,
  -- the greatest number of the player's counter
  ADD COLUMN last_seq         bigint;
