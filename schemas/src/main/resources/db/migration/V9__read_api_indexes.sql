-- What the read routes look for beside an organisation's time: one video, one render, one patient's
-- stalls. None of these columns changes once a row has it, so live rows stay cheap to update.
CREATE INDEX ON media_session_metrics (org_id, media_id, started_at DESC);
CREATE INDEX ON media_session_metrics (org_id, render_id, started_at DESC)
  WHERE render_id IS NOT NULL;
CREATE INDEX ON media_buffering_events (org_id, media_id, started_at DESC);
CREATE INDEX ON media_buffering_events (org_id, render_id, started_at DESC)
  WHERE render_id IS NOT NULL;
CREATE INDEX ON media_buffering_events (org_id, patient_id, started_at DESC);
