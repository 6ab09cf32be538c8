-- One row for each playback session; the columns' meanings are in docs/architecture.md. A session's
-- row is written again and again while it runs: every write merges, none replaces.
CREATE TABLE media_session_metrics (
  -- identity
  session_id                   uuid NOT NULL,
  org_id                       uuid NOT NULL,
  patient_id                   uuid NOT NULL,
  media_id                     text,
  media_type                   text,
  render_id                    uuid,
  started_at                   timestamptz NOT NULL,
  ended_at                     timestamptz,
  last_event_at                timestamptz NOT NULL,
  status                       text NOT NULL
                               CHECK (status IN ('playing', 'completed', 'abandoned', 'error')),
  ended_by                     text CHECK (ended_by IN ('client', 'timeout')),
  -- start-up
  ttfb_ms                      bigint,
  video_load_time_ms           bigint,
  cdn_response_time_ms         bigint,
  total_duration_seconds       double precision,
  initial_bitrate              bigint,
  initial_resolution           text,
  started_playing              boolean NOT NULL,
  -- playback
  watched_duration_seconds     double precision NOT NULL,
  completion_percent           double precision NOT NULL,
  max_position_seconds         double precision NOT NULL,
  final_position_seconds       double precision,
  plays                        integer NOT NULL,
  pauses                       integer NOT NULL,
  seeks                        integer NOT NULL,
  milestone_percent            integer NOT NULL,
  heartbeats                   integer NOT NULL,
  -- smoothness
  buffering_count              bigint NOT NULL,
  total_buffering_duration_ms  bigint NOT NULL,
  stall_count                  integer NOT NULL,
  stall_duration_ms            bigint NOT NULL,
  bitrate_switches             bigint NOT NULL,
  resolution_switches          bigint NOT NULL,
  avg_bitrate                  bigint,
  peak_bitrate                 bigint,
  peak_resolution              text,
  dropped_frames               bigint NOT NULL,
  total_frames                 bigint NOT NULL,
  -- network and client
  connection_type              text,
  effective_bandwidth          double precision,
  min_bandwidth                double precision,
  rtt_ms                       bigint,
  device                       text,
  os                           text,
  browser                      text,
  app_version                  text,
  -- faults
  error_count                  bigint NOT NULL,
  error_types                  text[] NOT NULL,
  fatal_error                  boolean NOT NULL,
  -- trust
  events_seen                  integer NOT NULL,
  events_missing               integer NOT NULL,
  counters_disagree            boolean NOT NULL,
  metrics_version              integer NOT NULL,
  -- the least of (received - sent); times are mended with it where it is beyond ten seconds
  clock_skew_ms                bigint,
  updated_at                   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_id, started_at)
) PARTITION BY RANGE (started_at);

CREATE INDEX ON media_session_metrics (org_id, started_at DESC);
CREATE INDEX ON media_session_metrics (org_id, patient_id, started_at DESC);

-- One row for each stall, keyed by the event that began it.
CREATE TABLE media_buffering_events (
  stall_id             uuid NOT NULL,
  session_id           uuid NOT NULL,
  org_id               uuid NOT NULL,
  patient_id           uuid NOT NULL,
  media_id             text,
  render_id            uuid,
  position_seconds     double precision NOT NULL,
  started_at           timestamptz NOT NULL,
  ended_at             timestamptz,
  duration_ms          bigint,
  bitrate_before       bigint,
  bitrate_after        bigint,
  resolution_before    text,
  resolution_after     text,
  cdn_response_time_ms bigint,
  connection_type      text,
  effective_bandwidth  double precision,
  recovered            boolean,
  -- how many events of the session this row was made from: a row made from fewer never replaces it
  events_seen          integer NOT NULL,
  updated_at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stall_id, started_at)
) PARTITION BY RANGE (started_at);

CREATE INDEX ON media_buffering_events (org_id, started_at DESC);
CREATE INDEX ON media_buffering_events (session_id);

ALTER TABLE media_session_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_session_metrics FORCE ROW LEVEL SECURITY;
ALTER TABLE media_buffering_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE media_buffering_events FORCE ROW LEVEL SECURITY;

-- Readers see their organisation. The pipeline writes for all of them, and is the only one to write.
CREATE POLICY own_org ON media_session_metrics FOR SELECT TO kinebeam_gateway
  USING (org_id = current_org());
CREATE POLICY own_org ON media_buffering_events FOR SELECT TO kinebeam_gateway
  USING (org_id = current_org());
CREATE POLICY writer ON media_session_metrics TO kinebeam_pipeline USING (true) WITH CHECK (true);
CREATE POLICY writer ON media_buffering_events TO kinebeam_pipeline USING (true) WITH CHECK (true);

-- Rights are given on the parents alone: a partition read directly would go around the policies.
GRANT SELECT ON media_session_metrics, media_buffering_events TO kinebeam_gateway;
GRANT SELECT, INSERT, UPDATE ON media_session_metrics, media_buffering_events TO kinebeam_pipeline;

-- Makes the monthly partitions from `months_back` before the month of `around` to `months_ahead`
-- after it. It runs with its owner's rights, so that the pipeline can make room for a session of an
-- unusual month without owning the tables.
CREATE FUNCTION ensure_media_partitions(around timestamptz, months_back int, months_ahead int)
  RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
  parent text;
  part   text;
  month  timestamp; -- in UTC, so that the session's time zone moves no boundary
BEGIN
  -- Two writers may ask at once; the second waits and finds the work done.
  PERFORM pg_advisory_xact_lock(hashtext('ensure_media_partitions'));
  FOREACH parent IN ARRAY ARRAY['media_session_metrics', 'media_buffering_events'] LOOP
    FOR step IN -months_back .. months_ahead LOOP
      month := date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => step);
      part := parent || to_char(month, '_YYYY_MM');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format(
          'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          part, parent, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', part);
      END IF;
    END LOOP;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION ensure_media_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_media_partitions TO kinebeam_pipeline;

SELECT ensure_media_partitions(now(), 1, 2);
