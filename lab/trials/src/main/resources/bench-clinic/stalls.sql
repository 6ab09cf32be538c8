-- Each session's stalls, spread over what was watched.
SET enable_nestloop = on;

INSERT INTO ${stalls} (
  stall_id, session_id, org_id, patient_id, media_id, render_id, position_seconds, started_at,
  ended_at, duration_ms, bitrate_before, bitrate_after, resolution_before, resolution_after,
  cdn_response_time_ms, connection_type, effective_bandwidth, recovered, events_seen)
SELECT gen_random_uuid(), session_id, org_id, patient_id, media_id, render_id,
       watched_duration_seconds * k / (stall_count + 1),
       at, at + stall_duration_ms / stall_count * interval '1 ms', stall_duration_ms / stall_count,
       avg_bitrate, avg_bitrate, initial_resolution, initial_resolution,
       cdn_response_time_ms * 4, connection_type, min_bandwidth, true, events_seen
  FROM (SELECT m.*, k,
               least(m.started_at + m.watched_duration_seconds * k / (m.stall_count + 1)
                                    * interval '1 second',
                     ${to}::timestamptz - interval '1 ms') AS at
          FROM ${partition} AS m, generate_series(1, m.stall_count) AS k) AS stalled;
