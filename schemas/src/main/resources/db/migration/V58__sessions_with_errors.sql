-- The preview of alert thresholds counts sessions with errors per exercise and hour; they are few among many.
CREATE INDEX media_session_metrics_faulty ON media_session_metrics (org_id, started_at DESC)
  INCLUDE (media_id) WHERE error_count > 0;
