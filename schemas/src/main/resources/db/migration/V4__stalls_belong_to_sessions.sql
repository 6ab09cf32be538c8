-- Players make the ids of events: two sessions may use one id, by mistake or on purpose, and neither
-- may touch the other's stalls. The new key's index serves look-ups by session too.
ALTER TABLE media_buffering_events DROP CONSTRAINT media_buffering_events_pkey;
ALTER TABLE media_buffering_events ADD PRIMARY KEY (session_id, stall_id, started_at);
DROP INDEX media_buffering_events_session_id_idx;
