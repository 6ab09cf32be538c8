-- Three weeks of sessions until :now: two a day and patient, of which some are left out. Draws come from hashes, so that
-- they are equal in every run. Patients differ: `trouble` of 2 is a weak network, of 3 a player that fails, and
-- `quiet_days` is how long ago the last session was.
INSERT INTO media_session_metrics (
  session_id, org_id, patient_id, media_id, media_type, render_id, started_at, ended_at, last_event_at, status, ended_by,
  ttfb_ms, video_load_time_ms, cdn_response_time_ms, total_duration_seconds, initial_bitrate, initial_resolution,
  asked_to_play, started_playing, watched_duration_seconds, completion_percent, max_position_seconds, final_position_seconds,
  plays, pauses, seeks, milestone_percent, heartbeats, buffering_count, total_buffering_duration_ms, stall_count,
  stall_duration_ms, bitrate_switches, resolution_switches, avg_bitrate, peak_bitrate, peak_resolution, dropped_frames,
  total_frames, connection_type, effective_bandwidth, min_bandwidth, rtt_ms, device, os, browser, app_version, error_count,
  error_types, fatal_error, events_seen, events_missing, counters_disagree, metrics_version, clock_skew_ms)
SELECT session_id, :org, patient_id, media_id, 'exercise', render_id, started_at, ended_at, ended_at,
       CASE WHEN fatal THEN 'error' WHEN part = 1 THEN 'completed' ELSE 'abandoned' END,
       CASE WHEN part = 1 OR fatal OR d4 < 0.8 THEN 'client' ELSE 'timeout' END,
       (70 + 260 * d1 * trouble)::bigint, (420 + 1500 * d1 * trouble)::bigint, (30 + 120 * d1)::bigint, 100,
       800000, '360p', true, NOT (fatal AND part = 0), 100 * part, 100 * part, 100 * part, 100 * part,
       1, (d2 * 2)::int, (d3 * 1.6)::int, floor(4 * part)::int * 25, (10 * part)::int,
       stalls, stalls * stall_ms, stalls, stalls * stall_ms, (d2 * 4)::int, (d2 * 3)::int,
       CASE WHEN trouble = 2 THEN 700000 ELSE 2100000 END, CASE WHEN trouble = 2 THEN 1500000 ELSE 5000000 END,
       CASE WHEN trouble = 2 THEN '720p' ELSE '1080p' END, (6 * d1 * trouble)::int, (3000 * part)::int,
       CASE WHEN trouble = 2 THEN '3g' WHEN d4 < 0.6 THEN 'wifi' ELSE '4g' END,
       CASE WHEN trouble = 2 THEN 1.1 ELSE 9.5 END, CASE WHEN trouble = 2 THEN 0.4 ELSE 5.2 END, (25 + 90 * d3)::bigint,
       device, os, browser, '2.4.0', fatal::int, CASE WHEN fatal THEN ARRAY['MEDIA_ERR_DECODE'] ELSE '{}'::text[] END, fatal,
       (10 + 10 * part)::int + 2 * stalls, (d3 > 0.95)::int, false, 1, (40 * d1)::bigint
  FROM (SELECT *, started_at + make_interval(secs => 3 + 115 * part + stalls * stall_ms / 1000.0) AS ended_at,
               md5('session ' || patient_id || day || k)::uuid AS session_id
          FROM (SELECT *, CASE WHEN fatal THEN round((d5 * 60)::numeric) / 100
                               WHEN d5 < 0.74 THEN 1 ELSE round((100 * d5 - 60)::numeric) / 100 END AS part,
                       CASE WHEN trouble = 2 THEN 1 + floor(d2 * 4)::int WHEN d2 > 0.86 THEN 1 ELSE 0 END AS stalls,
                       (300 + 1900 * d4 * trouble)::bigint AS stall_ms
                  FROM (SELECT p.*, day, k, e.media_id, r.render_id,
                               ((:now AT TIME ZONE 'Europe/Bucharest')::date - day + make_interval(hours => 8 + 9 * k, mins => (d1 * 90)::int))
                                 AT TIME ZONE 'Europe/Bucharest' AS started_at,
                               trouble = 3 AND d3 < 0.3 AS fatal, d1, d2, d3, d4, d5
                          FROM (SELECT * FROM jsonb_to_recordset(:patients::jsonb) AS p(patient_id uuid, language text, trouble int,
                                  quiet_days int, device text, os text, browser text)) AS p
                         CROSS JOIN generate_series(0, 20) AS day
                         CROSS JOIN generate_series(0, 1) AS k
                         CROSS JOIN LATERAL (SELECT
                           (hashtext('1' || patient_id || day || k) & 65535) / 65536.0 AS d1,
                           (hashtext('2' || patient_id || day || k) & 65535) / 65536.0 AS d2,
                           (hashtext('3' || patient_id || day || k) & 65535) / 65536.0 AS d3,
                           (hashtext('4' || patient_id || day || k) & 65535) / 65536.0 AS d4,
                           (hashtext('5' || patient_id || day || k) & 65535) / 65536.0 AS d5) AS draws
                          JOIN (SELECT *, row_number() OVER (ORDER BY slug) - 1 AS n FROM exercises
                                 WHERE exercise_id IN (SELECT exercise_id FROM exercise_previews)) AS e
                            ON n = floor(d1 * d4 * 8)::int % 4
                          JOIN exercise_renders AS r ON r.exercise_id = e.exercise_id AND r.language = p.language
                               AND r.recipe_hash = 'sets of ten'
                         WHERE day >= quiet_days AND d3 > 0.12) AS drawn) AS parts
         WHERE started_at < :now - interval '10 minutes') AS whole;

INSERT INTO media_waits (stall_id, session_id, org_id, patient_id, media_id, render_id, position_seconds, started_at,
                         ended_at, duration_ms, bitrate_before, bitrate_after, resolution_before, resolution_after,
                         cdn_response_time_ms, connection_type, effective_bandwidth, recovered, events_seen, cause, ended_by)
SELECT md5('stall ' || session_id || k)::uuid, session_id, org_id, patient_id, media_id, render_id,
       watched_duration_seconds * k / (stall_count + 1), at, at + stall_duration_ms / stall_count * interval '1 ms',
       stall_duration_ms / stall_count, peak_bitrate, 800000, peak_resolution, '360p', cdn_response_time_ms,
       connection_type, min_bandwidth, true, 2, 'stall', 'buffering_end'
  FROM (SELECT m.*, k, started_at + watched_duration_seconds * k / (stall_count + 1) * interval '1 second' AS at
          FROM media_session_metrics AS m, generate_series(1, stall_count) AS k WHERE org_id = :org) AS stalled;

INSERT INTO media_waits (stall_id, session_id, org_id, patient_id, media_id, render_id, position_seconds, started_at,
                         ended_at, duration_ms, recovered, events_seen, cause, ended_by)
SELECT md5('start-up ' || session_id)::uuid, session_id, org_id, patient_id, media_id, render_id, 0, started_at,
       started_at + video_load_time_ms * interval '1 ms', video_load_time_ms, true, 2, 'startup', 'playhead'
  FROM media_session_metrics WHERE org_id = :org AND started_playing;

INSERT INTO media_session_errors (error_id, session_id, org_id, patient_id, occurred_at, position_seconds, code, message, fatal, events_seen)
SELECT md5('error ' || session_id)::uuid, session_id, org_id, patient_id, ended_at, final_position_seconds,
       'MEDIA_ERR_DECODE', 'The decoder stopped at a frame that it could not read.', true, 1
  FROM media_session_metrics WHERE org_id = :org AND fatal_error;
