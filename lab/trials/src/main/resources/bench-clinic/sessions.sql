-- ${rows} sessions between ${from} and ${to}, in the order in which they began, straight into the
-- month's partition. The draws d0 … d9 are made once for each row (OFFSET 0 keeps them so), and a
-- hash join keeps the rows' order.
SET enable_mergejoin = off;
SET enable_nestloop = off;
INSERT INTO ${partition} (
  session_id, org_id, patient_id, media_id, media_type, render_id, started_at, ended_at,
  last_event_at, status, ended_by, ttfb_ms, video_load_time_ms, cdn_response_time_ms,
  total_duration_seconds, initial_bitrate, initial_resolution, asked_to_play, started_playing,
  watched_duration_seconds, completion_percent, max_position_seconds, final_position_seconds,
  plays, pauses, seeks, milestone_percent, heartbeats, buffering_count,
  total_buffering_duration_ms, stall_count, stall_duration_ms, bitrate_switches,
  resolution_switches, avg_bitrate, peak_bitrate, peak_resolution, dropped_frames, total_frames,
  connection_type, effective_bandwidth, min_bandwidth, rtt_ms, device, os, browser, app_version,
  error_count, error_types, fatal_error, events_seen, events_missing, counters_disagree,
  metrics_version, clock_skew_ms)
SELECT session_id, org_id,
       md5(org_id || ' patient ' || floor(d1 * patients)::int)::uuid,
       to_hex(4096 + exercise * 7919) || '-' || exercise, 'exercise',
       md5('render ' || exercise)::uuid,
       started_at,
       started_at + watched * 1.1 * interval '1 second',
       started_at + watched * 1.1 * interval '1 second',
       CASE WHEN fatal THEN 'error' WHEN part >= 0.95 THEN 'completed' ELSE 'abandoned' END,
       CASE WHEN d2 < 0.9 THEN 'client' ELSE 'timeout' END,
       (60 + 400 * d3 * d3)::bigint,
       (250 + 2500 * d3 * d4)::bigint,
       (30 + 200 * d4 * d4)::bigint,
       length, 800000 + 200000 * tier, resolutions[tier], true, NOT (fatal AND d5 < 0.3),
       watched, part * 100, watched, watched,
       1 + (d6 * 2)::int, (d6 * 2)::int, (d7 * 1.4)::int, floor(part * 4)::int * 25,
       (watched / 10)::int, stalls, stalls * (300 + 2500 * d8)::bigint,
       stalls, stalls * (300 + 2500 * d8)::bigint,
       (d7 * 3)::bigint, (d7 * 3)::bigint, 1200000 * tier, 2400000 * tier, resolutions[tier],
       (d8 * 20)::bigint, (watched * 30)::bigint,
       (ARRAY['wifi', 'wifi', 'wifi', '4g', '4g', '3g'])[1 + floor(d9 * 6)::int],
       1 + 12 * d3, 0.5 + 6 * d3, (20 + 120 * d4)::bigint,
       (ARRAY['iPhone', 'desktop', 'desktop', 'Android', 'iPad'])[1 + floor(d8 * 5)::int],
       (ARRAY['iOS', 'Windows', 'Linux', 'Android', 'iPadOS'])[1 + floor(d8 * 5)::int],
       (ARRAY['Mobile Safari', 'Chrome', 'Firefox', 'Chrome Mobile', 'Safari'])[1 + floor(d8 * 5)::int],
       '2.' || floor(d7 * 5)::int || '.0',
       CASE WHEN fatal THEN 1 ELSE 0 END,
       CASE WHEN fatal THEN ARRAY['MEDIA_ERR_NETWORK'] ELSE '{}' END,
       fatal, 8 + (watched / 10)::int + stalls * 2, 0, false, 1, (20 + 60 * d4)::bigint
  FROM (SELECT gen_random_uuid() AS session_id, d.*,
               places.org_id, places.patients,
               floor(d.d2 * d.d6 * 60)::int AS exercise,
               CASE WHEN d.d5 < 0.7 THEN 1.0 ELSE d.d7 * 0.95 END AS part,
               180 + 240 * floor(d.d6 * 3) AS length,
               (CASE WHEN d.d5 < 0.7 THEN 1.0 ELSE d.d7 * 0.95 END)
                 * (180 + 240 * floor(d.d6 * 3)) AS watched,
               d.d5 > 0.97 AS fatal,
               1 + floor(d.d3 * 3)::int AS tier,
               CASE WHEN d.d9 < 0.25 THEN 1 + floor(d.d9 * 12)::int ELSE 0 END AS stalls,
               ARRAY['360p', '720p', '1080p'] AS resolutions
          FROM (SELECT ${from}::timestamptz
                         + (${to}::timestamptz - ${from}::timestamptz) * (g / ${rows}::float8)
                         AS started_at,
                       random() AS d0, random() AS d1, random() AS d2, random() AS d3,
                       random() AS d4, random() AS d5, random() AS d6, random() AS d7,
                       random() AS d8, random() AS d9
                  FROM generate_series(0, ${rows} - 1) AS g OFFSET 0) AS d
          JOIN bench_clinic_places AS places ON places.place = floor(d.d0 * 1000)::int
        OFFSET 0) AS s;
