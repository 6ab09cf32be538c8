-- Who plays now is asked every few seconds by every open page. Only rows that are still playing are in
-- this index, a few of millions, so that neither the question nor the index grows with the table.
CREATE INDEX media_session_metrics_playing ON media_session_metrics (org_id, last_event_at DESC)
  WHERE status = 'playing';

-- The list behind a clinic's failures: a few in a hundred sessions, over any window.
CREATE INDEX media_session_metrics_failed ON media_session_metrics (org_id, started_at DESC)
  WHERE fatal_error;
