-- A therapist's list of patients is made of a few columns of each patient's last two weeks. The index holds
-- them all and takes the place of the one on the same key, so that writers keep as many indexes as before.
CREATE INDEX media_session_metrics_patients ON media_session_metrics (org_id, patient_id, started_at DESC)
  INCLUDE (status, asked_to_play, started_playing, fatal_error, stall_count, stall_duration_ms,
           watched_duration_seconds, completion_percent, effective_bandwidth, events_missing,
           counters_disagree);
DROP INDEX media_session_metrics_org_id_patient_id_started_at_idx;
