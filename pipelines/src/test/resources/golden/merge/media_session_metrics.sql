MERGE INTO media_session_metrics AS s
USING (SELECT * FROM (SELECT session_id,
    org_id,
    patient_id,
    media_id,
    media_type,
    render_id,
    started_at,
    ended_at,
    last_event_at,
    status,
    ended_by,
    ttfb_ms,
    video_load_time_ms,
    cdn_response_time_ms,
    total_duration_seconds,
    initial_bitrate,
    initial_resolution,
    asked_to_play,
    started_playing,
    watched_duration_seconds,
    completion_percent,
    max_position_seconds,
    final_position_seconds,
    plays,
    pauses,
    seeks,
    milestone_percent,
    heartbeats,
    buffering_count,
    total_buffering_duration_ms,
    stall_count,
    stall_duration_ms,
    bitrate_switches,
    resolution_switches,
    avg_bitrate,
    peak_bitrate,
    peak_resolution,
    dropped_frames,
    total_frames,
    connection_type,
    effective_bandwidth,
    min_bandwidth,
    rtt_ms,
    device,
    os,
    browser,
    app_version,
    error_count,
    error_types::text[] AS error_types,
    fatal_error,
    events_seen,
    events_missing,
    events_corrected,
    counters_disagree,
    metrics_version,
    clock_skew_ms,
    first_said_ms,
    last_said_ms,
    end_said_ms,
    first_heard_ms,
    last_heard_ms,
    last_received_ms,
    least_delay_ms,
    last_seq,
    end_seq,
    start_said_ms,
    start_seq,
    media_said_ms,
    media_seq,
    watched_reported,
    reported_position_seconds,
    played_to_milestone FROM unnest(?::uuid[],
    ?::uuid[],
    ?::uuid[],
    ?::text[],
    ?::text[],
    ?::uuid[],
    ?::timestamptz[],
    ?::timestamptz[],
    ?::timestamptz[],
    ?::text[],
    ?::text[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::float8[],
    ?::int8[],
    ?::text[],
    ?::bool[],
    ?::bool[],
    ?::float8[],
    ?::float8[],
    ?::float8[],
    ?::float8[],
    ?::int4[],
    ?::int4[],
    ?::int4[],
    ?::int4[],
    ?::int4[],
    ?::int8[],
    ?::int8[],
    ?::int4[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::text[],
    ?::int8[],
    ?::int8[],
    ?::text[],
    ?::float8[],
    ?::float8[],
    ?::int8[],
    ?::text[],
    ?::text[],
    ?::text[],
    ?::text[],
    ?::int8[],
    ?::text[],
    ?::bool[],
    ?::int4[],
    ?::int4[],
    ?::int4[],
    ?::bool[],
    ?::int4[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::int8[],
    ?::bool[],
    ?::float8[],
    ?::bool[]) AS t(session_id,
    org_id,
    patient_id,
    media_id,
    media_type,
    render_id,
    started_at,
    ended_at,
    last_event_at,
    status,
    ended_by,
    ttfb_ms,
    video_load_time_ms,
    cdn_response_time_ms,
    total_duration_seconds,
    initial_bitrate,
    initial_resolution,
    asked_to_play,
    started_playing,
    watched_duration_seconds,
    completion_percent,
    max_position_seconds,
    final_position_seconds,
    plays,
    pauses,
    seeks,
    milestone_percent,
    heartbeats,
    buffering_count,
    total_buffering_duration_ms,
    stall_count,
    stall_duration_ms,
    bitrate_switches,
    resolution_switches,
    avg_bitrate,
    peak_bitrate,
    peak_resolution,
    dropped_frames,
    total_frames,
    connection_type,
    effective_bandwidth,
    min_bandwidth,
    rtt_ms,
    device,
    os,
    browser,
    app_version,
    error_count,
    error_types,
    fatal_error,
    events_seen,
    events_missing,
    events_corrected,
    counters_disagree,
    metrics_version,
    clock_skew_ms,
    first_said_ms,
    last_said_ms,
    end_said_ms,
    first_heard_ms,
    last_heard_ms,
    last_received_ms,
    least_delay_ms,
    last_seq,
    end_seq,
    start_said_ms,
    start_seq,
    media_said_ms,
    media_seq,
    watched_reported,
    reported_position_seconds,
    played_to_milestone)) AS n WHERE NOT EXISTS (SELECT FROM erased_patients AS e
             WHERE e.org_id = n.org_id AND e.patient_id = n.patient_id
               AND n.started_at < e.refuse_before)) AS n
ON s.session_id = n.session_id
WHEN MATCHED AND s.org_id = n.org_id AND s.patient_id = n.patient_id THEN UPDATE SET
    org_id = s.org_id,
    patient_id = s.patient_id,
    media_id = CASE WHEN (n.media_said_ms IS NOT NULL
 AND CASE WHEN s.media_said_ms IS NOT NULL
          THEN (coalesce(n.media_seq, -1), n.media_said_ms)
                 <= (coalesce(s.media_seq, -1), s.media_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.media_id, s.media_type) = 0 END) THEN n.media_id ELSE s.media_id END,
    media_type = CASE WHEN (n.media_said_ms IS NOT NULL
 AND CASE WHEN s.media_said_ms IS NOT NULL
          THEN (coalesce(n.media_seq, -1), n.media_said_ms)
                 <= (coalesce(s.media_seq, -1), s.media_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.media_id, s.media_type) = 0 END) THEN n.media_type ELSE s.media_type END,
    render_id = CASE WHEN num_nonnulls(n.render_id) > 0 AND (num_nonnulls(s.render_id) = 0 OR n.events_seen >= s.events_seen) THEN n.render_id ELSE s.render_id END,
    started_at = timestamptz 'epoch' + (CASE WHEN (least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END >= least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) - 86400000 AND greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END <= greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) + 300000) THEN least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END ELSE least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) END) * interval '1 ms',
    ended_at = CASE CASE WHEN coalesce(CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END IS NOT NULL AND
         CASE WHEN greatest(s.last_seq, n.last_seq) IS NOT NULL THEN CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END) ELSE coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END) END >= greatest(s.last_seq, n.last_seq) ELSE CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END >= greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) END, false) THEN 'client' WHEN n.events_seen = s.events_seen THEN coalesce(nullif(n.ended_by, 'client'), nullif(s.ended_by, 'client')) WHEN n.ended_by IS DISTINCT FROM 'client' AND (n.events_seen > s.events_seen OR (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END)) THEN n.ended_by ELSE nullif(s.ended_by, 'client') END WHEN 'client' THEN timestamptz 'epoch' + (CASE WHEN (least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END >= least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) - 86400000 AND greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END <= greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) + 300000) THEN CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END ELSE greatest(least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)), least(greatest(coalesce(s.last_heard_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_heard_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)), CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END)) END) * interval '1 ms' WHEN 'timeout' THEN timestamptz 'epoch' + (CASE WHEN (least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END >= least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) - 86400000 AND greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END <= greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) + 300000) THEN greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END ELSE greatest(coalesce(s.last_heard_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_heard_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) END) * interval '1 ms' END,
    last_event_at = timestamptz 'epoch' + (CASE WHEN (least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END >= least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) - 86400000 AND greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END <= greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) + 300000) THEN greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END ELSE greatest(coalesce(s.last_heard_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_heard_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) END) * interval '1 ms',
    status = CASE
  WHEN s.fatal_error OR n.fatal_error THEN 'error'
  WHEN CASE WHEN coalesce(CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END IS NOT NULL AND
         CASE WHEN greatest(s.last_seq, n.last_seq) IS NOT NULL THEN CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END) ELSE coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END) END >= greatest(s.last_seq, n.last_seq) ELSE CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END >= greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) END, false) THEN 'client' WHEN n.events_seen = s.events_seen THEN coalesce(nullif(n.ended_by, 'client'), nullif(s.ended_by, 'client')) WHEN n.ended_by IS DISTINCT FROM 'client' AND (n.events_seen > s.events_seen OR (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END)) THEN n.ended_by ELSE nullif(s.ended_by, 'client') END IS NULL THEN 'playing'
  WHEN CASE WHEN NOT (s.watched_reported OR n.watched_reported)
          AND (s.played_to_milestone OR n.played_to_milestone) THEN true
     WHEN CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.total_duration_seconds ELSE s.total_duration_seconds END IS NULL THEN greatest(s.completion_percent, n.completion_percent) >= 95.0::float8
     ELSE (s.watched_reported OR n.watched_reported)
          AND CASE WHEN n.events_seen >= s.events_seen AND coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) <= coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) AND coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) >= coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) THEN n.watched_duration_seconds WHEN s.events_seen >= n.events_seen AND coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) <= coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) AND coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) >= coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) THEN s.watched_duration_seconds ELSE greatest(s.watched_duration_seconds, n.watched_duration_seconds) END >= CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.total_duration_seconds ELSE s.total_duration_seconds END * 95.0::float8 / 100
          AND coalesce(greatest(s.reported_position_seconds, n.reported_position_seconds)
                         >= CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.total_duration_seconds ELSE s.total_duration_seconds END * 95.0::float8 / 100, true) END THEN 'completed'
  ELSE 'abandoned'
END,
    ended_by = CASE WHEN coalesce(CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END IS NOT NULL AND
         CASE WHEN greatest(s.last_seq, n.last_seq) IS NOT NULL THEN CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END) ELSE coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END) END >= greatest(s.last_seq, n.last_seq) ELSE CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END >= greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) END, false) THEN 'client' WHEN n.events_seen = s.events_seen THEN coalesce(nullif(n.ended_by, 'client'), nullif(s.ended_by, 'client')) WHEN n.ended_by IS DISTINCT FROM 'client' AND (n.events_seen > s.events_seen OR (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END)) THEN n.ended_by ELSE nullif(s.ended_by, 'client') END,
    ttfb_ms = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.ttfb_ms ELSE s.ttfb_ms END,
    video_load_time_ms = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.video_load_time_ms ELSE s.video_load_time_ms END,
    cdn_response_time_ms = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.cdn_response_time_ms ELSE s.cdn_response_time_ms END,
    total_duration_seconds = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.total_duration_seconds ELSE s.total_duration_seconds END,
    initial_bitrate = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.initial_bitrate ELSE s.initial_bitrate END,
    initial_resolution = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.initial_resolution ELSE s.initial_resolution END,
    asked_to_play = s.asked_to_play OR n.asked_to_play,
    started_playing = CASE WHEN n.events_seen >= s.events_seen AND coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) <= coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) AND coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) >= coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) THEN n.started_playing WHEN s.events_seen >= n.events_seen AND coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) <= coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) AND coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) >= coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) THEN s.started_playing ELSE s.started_playing OR n.started_playing END,
    watched_duration_seconds = CASE WHEN n.events_seen >= s.events_seen AND coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) <= coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) AND coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) >= coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) THEN n.watched_duration_seconds WHEN s.events_seen >= n.events_seen AND coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) <= coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) AND coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) >= coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) THEN s.watched_duration_seconds ELSE greatest(s.watched_duration_seconds, n.watched_duration_seconds) END,
    completion_percent = greatest(s.completion_percent, n.completion_percent),
    max_position_seconds = greatest(s.max_position_seconds, n.max_position_seconds),
    final_position_seconds = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.final_position_seconds, s.final_position_seconds) ELSE coalesce(s.final_position_seconds, n.final_position_seconds) END,
    plays = greatest(s.plays, n.plays),
    pauses = greatest(s.pauses, n.pauses),
    seeks = greatest(s.seeks, n.seeks),
    milestone_percent = greatest(s.milestone_percent, n.milestone_percent),
    heartbeats = greatest(s.heartbeats, n.heartbeats),
    buffering_count = greatest(s.buffering_count, n.buffering_count),
    total_buffering_duration_ms = greatest(s.total_buffering_duration_ms, n.total_buffering_duration_ms),
    stall_count = CASE WHEN n.events_seen >= s.events_seen AND coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) <= coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) AND coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) >= coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) THEN n.stall_count WHEN s.events_seen >= n.events_seen AND coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) <= coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) AND coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) >= coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) THEN s.stall_count ELSE greatest(s.stall_count, n.stall_count) END,
    stall_duration_ms = CASE WHEN n.events_seen >= s.events_seen AND coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) <= coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) AND coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) >= coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) THEN n.stall_duration_ms WHEN s.events_seen >= n.events_seen AND coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) <= coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) AND coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)) >= coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)) THEN s.stall_duration_ms ELSE greatest(s.stall_duration_ms, n.stall_duration_ms) END,
    bitrate_switches = greatest(s.bitrate_switches, n.bitrate_switches),
    resolution_switches = greatest(s.resolution_switches, n.resolution_switches),
    avg_bitrate = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.avg_bitrate, s.avg_bitrate) ELSE coalesce(s.avg_bitrate, n.avg_bitrate) END,
    peak_bitrate = greatest(s.peak_bitrate, n.peak_bitrate),
    peak_resolution = CASE WHEN (coalesce(substring(regexp_replace(n.peak_resolution, '^.*[x×]', '') from '^[0-9]{1,6}')::bigint, -1), n.peak_resolution COLLATE "C") >= (coalesce(substring(regexp_replace(s.peak_resolution, '^.*[x×]', '') from '^[0-9]{1,6}')::bigint, -1), s.peak_resolution COLLATE "C") THEN coalesce(n.peak_resolution, s.peak_resolution) ELSE coalesce(s.peak_resolution, n.peak_resolution) END,
    dropped_frames = greatest(s.dropped_frames, n.dropped_frames),
    total_frames = greatest(s.total_frames, n.total_frames),
    connection_type = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.connection_type, s.connection_type) ELSE coalesce(s.connection_type, n.connection_type) END,
    effective_bandwidth = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.effective_bandwidth, s.effective_bandwidth) ELSE coalesce(s.effective_bandwidth, n.effective_bandwidth) END,
    min_bandwidth = least(s.min_bandwidth, n.min_bandwidth),
    rtt_ms = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.rtt_ms, s.rtt_ms) ELSE coalesce(s.rtt_ms, n.rtt_ms) END,
    device = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.device, s.device) ELSE coalesce(s.device, n.device) END,
    os = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.os, s.os) ELSE coalesce(s.os, n.os) END,
    browser = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.browser, s.browser) ELSE coalesce(s.browser, n.browser) END,
    app_version = CASE WHEN (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
      THEN (coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen) >= (coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen)
      ELSE (coalesce(n.last_seq, -1), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END)), n.events_seen)
             >= (coalesce(s.last_seq, -1), coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), s.events_seen) END) THEN coalesce(n.app_version, s.app_version) ELSE coalesce(s.app_version, n.app_version) END,
    error_count = greatest(s.error_count, n.error_count),
    error_types = ARRAY(SELECT u.t FROM (SELECT DISTINCT t COLLATE "C" AS t
        FROM unnest(s.error_types || n.error_types) AS t) AS u ORDER BY u.t LIMIT 100),
    fatal_error = s.fatal_error OR n.fatal_error,
    events_seen = greatest(s.events_seen, n.events_seen),
    events_missing = CASE WHEN n.events_seen >= s.events_seen THEN n.events_missing ELSE s.events_missing END,
    events_corrected = greatest(s.events_corrected, n.events_corrected),
    counters_disagree = CASE WHEN n.events_seen >= s.events_seen THEN n.counters_disagree ELSE s.counters_disagree END,
    metrics_version = greatest(s.metrics_version, n.metrics_version),
    clock_skew_ms = CASE WHEN (least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END >= least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)) - 86400000 AND greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))) + CASE WHEN abs(least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms))) > 120000 THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) ELSE 0 END <= greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)) + 300000) THEN least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)) END,
    first_said_ms = least(coalesce(s.first_said_ms, ((extract(epoch FROM s.started_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.first_said_ms, ((extract(epoch FROM n.started_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))),
    last_said_ms = greatest(coalesce(s.last_said_ms, ((extract(epoch FROM s.last_event_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END)), coalesce(n.last_said_ms, ((extract(epoch FROM n.last_event_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END))),
    end_said_ms = CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) ELSE coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) END,
    first_heard_ms = least(coalesce(s.first_heard_ms, (extract(epoch FROM s.started_at) * 1000)::bigint), coalesce(n.first_heard_ms, (extract(epoch FROM n.started_at) * 1000)::bigint)),
    last_heard_ms = greatest(coalesce(s.last_heard_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_heard_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)),
    last_received_ms = greatest(coalesce(s.last_received_ms, (extract(epoch FROM s.last_event_at) * 1000)::bigint), coalesce(n.last_received_ms, (extract(epoch FROM n.last_event_at) * 1000)::bigint)),
    least_delay_ms = least(coalesce(s.least_delay_ms, s.clock_skew_ms), coalesce(n.least_delay_ms, n.clock_skew_ms)),
    last_seq = greatest(s.last_seq, n.last_seq),
    end_seq = CASE WHEN coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END) IS NOT NULL AND (coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END) IS NULL OR (coalesce(coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END), -1), coalesce(n.end_said_ms, CASE WHEN n.first_said_ms IS NULL AND n.ended_by = 'client' THEN ((extract(epoch FROM n.ended_at) * 1000)::bigint - CASE WHEN abs(n.clock_skew_ms) > 10000 THEN n.clock_skew_ms ELSE 0 END) END)) >= (coalesce(coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END), -1), coalesce(s.end_said_ms, CASE WHEN s.first_said_ms IS NULL AND s.ended_by = 'client' THEN ((extract(epoch FROM s.ended_at) * 1000)::bigint - CASE WHEN abs(s.clock_skew_ms) > 10000 THEN s.clock_skew_ms ELSE 0 END) END))) THEN coalesce(n.end_seq, CASE WHEN n.ended_by = 'client' THEN n.last_seq END) ELSE coalesce(s.end_seq, CASE WHEN s.ended_by = 'client' THEN s.last_seq END) END,
    start_said_ms = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.start_said_ms ELSE s.start_said_ms END,
    start_seq = CASE WHEN (n.start_said_ms IS NOT NULL
 AND CASE WHEN s.start_said_ms IS NOT NULL
          THEN (coalesce(n.start_seq, -1), n.start_said_ms)
                 <= (coalesce(s.start_seq, -1), s.start_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.ttfb_ms, s.video_load_time_ms, s.cdn_response_time_ms, s.total_duration_seconds, s.initial_bitrate, s.initial_resolution) = 0 END) THEN n.start_seq ELSE s.start_seq END,
    media_said_ms = CASE WHEN (n.media_said_ms IS NOT NULL
 AND CASE WHEN s.media_said_ms IS NOT NULL
          THEN (coalesce(n.media_seq, -1), n.media_said_ms)
                 <= (coalesce(s.media_seq, -1), s.media_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.media_id, s.media_type) = 0 END) THEN n.media_said_ms ELSE s.media_said_ms END,
    media_seq = CASE WHEN (n.media_said_ms IS NOT NULL
 AND CASE WHEN s.media_said_ms IS NOT NULL
          THEN (coalesce(n.media_seq, -1), n.media_said_ms)
                 <= (coalesce(s.media_seq, -1), s.media_said_ms)
          ELSE n.events_seen >= s.events_seen OR num_nonnulls(s.media_id, s.media_type) = 0 END) THEN n.media_seq ELSE s.media_seq END,
    watched_reported = s.watched_reported OR n.watched_reported,
    reported_position_seconds = greatest(s.reported_position_seconds, n.reported_position_seconds),
    played_to_milestone = s.played_to_milestone OR n.played_to_milestone,
    updated_at = now()
WHEN NOT MATCHED THEN INSERT (session_id,
    org_id,
    patient_id,
    media_id,
    media_type,
    render_id,
    started_at,
    ended_at,
    last_event_at,
    status,
    ended_by,
    ttfb_ms,
    video_load_time_ms,
    cdn_response_time_ms,
    total_duration_seconds,
    initial_bitrate,
    initial_resolution,
    asked_to_play,
    started_playing,
    watched_duration_seconds,
    completion_percent,
    max_position_seconds,
    final_position_seconds,
    plays,
    pauses,
    seeks,
    milestone_percent,
    heartbeats,
    buffering_count,
    total_buffering_duration_ms,
    stall_count,
    stall_duration_ms,
    bitrate_switches,
    resolution_switches,
    avg_bitrate,
    peak_bitrate,
    peak_resolution,
    dropped_frames,
    total_frames,
    connection_type,
    effective_bandwidth,
    min_bandwidth,
    rtt_ms,
    device,
    os,
    browser,
    app_version,
    error_count,
    error_types,
    fatal_error,
    events_seen,
    events_missing,
    events_corrected,
    counters_disagree,
    metrics_version,
    clock_skew_ms,
    first_said_ms,
    last_said_ms,
    end_said_ms,
    first_heard_ms,
    last_heard_ms,
    last_received_ms,
    least_delay_ms,
    last_seq,
    end_seq,
    start_said_ms,
    start_seq,
    media_said_ms,
    media_seq,
    watched_reported,
    reported_position_seconds,
    played_to_milestone) VALUES (n.session_id,
    n.org_id,
    n.patient_id,
    n.media_id,
    n.media_type,
    n.render_id,
    n.started_at,
    n.ended_at,
    n.last_event_at,
    n.status,
    n.ended_by,
    n.ttfb_ms,
    n.video_load_time_ms,
    n.cdn_response_time_ms,
    n.total_duration_seconds,
    n.initial_bitrate,
    n.initial_resolution,
    n.asked_to_play,
    n.started_playing,
    n.watched_duration_seconds,
    n.completion_percent,
    n.max_position_seconds,
    n.final_position_seconds,
    n.plays,
    n.pauses,
    n.seeks,
    n.milestone_percent,
    n.heartbeats,
    n.buffering_count,
    n.total_buffering_duration_ms,
    n.stall_count,
    n.stall_duration_ms,
    n.bitrate_switches,
    n.resolution_switches,
    n.avg_bitrate,
    n.peak_bitrate,
    n.peak_resolution,
    n.dropped_frames,
    n.total_frames,
    n.connection_type,
    n.effective_bandwidth,
    n.min_bandwidth,
    n.rtt_ms,
    n.device,
    n.os,
    n.browser,
    n.app_version,
    n.error_count,
    n.error_types,
    n.fatal_error,
    n.events_seen,
    n.events_missing,
    n.events_corrected,
    n.counters_disagree,
    n.metrics_version,
    n.clock_skew_ms,
    n.first_said_ms,
    n.last_said_ms,
    n.end_said_ms,
    n.first_heard_ms,
    n.last_heard_ms,
    n.last_received_ms,
    n.least_delay_ms,
    n.last_seq,
    n.end_seq,
    n.start_said_ms,
    n.start_seq,
    n.media_said_ms,
    n.media_seq,
    n.watched_reported,
    n.reported_position_seconds,
    n.played_to_milestone);
