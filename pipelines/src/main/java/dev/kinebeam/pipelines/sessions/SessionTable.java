package dev.kinebeam.pipelines.sessions;

import static dev.kinebeam.beam.Column.ever;
import static dev.kinebeam.beam.Column.greatest;
import static dev.kinebeam.beam.Column.least;
import static dev.kinebeam.beam.Column.preferNewGroupIf;
import static dev.kinebeam.beam.Column.preferNewIf;
import static dev.kinebeam.beam.Column.replaceIf;
import static dev.kinebeam.beam.Column.union;

import dev.kinebeam.beam.Column;
import dev.kinebeam.beam.ComparedTable;
import dev.kinebeam.beam.MergeTable;
import dev.kinebeam.beam.RowDifference;
import dev.kinebeam.beam.RowSink;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * {@code media_session_metrics}: the law of {@link SessionTally} again, as far as two rows can
 * tell. Rows made from one growing tally, in any order and any number of times, leave the row of
 * the whole tally. A fragment that comes after its session's state has been forgotten completes the
 * row and never lowers it. One session has one row: when an earlier event moves its beginning into
 * another month, the row moves with it.
 */
public final class SessionTable implements RowSink<SessionMetrics>, ComparedTable<SessionMetrics> {
  /** Made from at least as many events; of two rows of one tally, the later one. */
  private static final String RICHER = "n.events_seen >= s.events_seen";

  private static final String LATER = SessionClock.NEW_IS_LATER;

  /**
   * Two rows of one tally: the one holds what the other does. A fragment may be richer than the row
   * and still know nothing of its stalls.
   */
  private static final String NEW_COVERS =
      "n.events_seen >= s.events_seen AND " + SessionClock.spans("n", "s");

  private static final String OLD_COVERS =
      "s.events_seen >= n.events_seen AND " + SessionClock.spans("s", "n");

  /** What the player said stands; silence stands until something is heard. */
  private static final String ENDED_BY =
      "CASE WHEN 'client' IN (s.ended_by, n.ended_by) THEN 'client'"
          + " WHEN n.events_seen = s.events_seen THEN coalesce(n.ended_by, s.ended_by)"
          + " WHEN n.events_seen > s.events_seen OR "
          + LATER
          + " THEN n.ended_by ELSE s.ended_by END";

  private static final String ENDED_AT =
      "CASE %s WHEN 'client' THEN %s WHEN 'timeout' THEN %s END"
          .formatted(ENDED_BY, SessionClock.CLIENT_END_AT, SessionClock.LAST_EVENT_AT);

  private static final String STATUS =
      """
      CASE
        WHEN s.fatal_error OR n.fatal_error THEN '%s'
        WHEN %s IS NULL THEN '%s'
        WHEN greatest(s.completion_percent, n.completion_percent,
                      s.milestone_percent, n.milestone_percent) >= %s THEN '%s'
        ELSE '%s'
      END\
      """
          .formatted(
              SessionMetrics.ERROR,
              ENDED_BY,
              SessionMetrics.PLAYING,
              SessionMetrics.COMPLETED_PERCENT,
              SessionMetrics.COMPLETED,
              SessionMetrics.ABANDONED);

  /** {@link Extremes}'s order of resolutions: by lines, then by text. */
  private static final String RESOLUTION =
      "(coalesce(substring(regexp_replace(%1$s.peak_resolution, '^.*[x×]', '')"
          + " from '^[0-9]{1,6}')::bigint, -1), %1$s.peak_resolution COLLATE \"C\")";

  private static final String MORE_LINES =
      RESOLUTION.formatted("n") + " >= " + RESOLUTION.formatted("s");

  /** Whoever wrote first; a row of anybody else is refused. */
  static final List<String> OWNER = List.of("org_id", "patient_id");

  /** Columns that one event reports together. */
  private static final List<String> MEDIA = List.of("media_id", "media_type");

  private static final List<String> START_UP =
      List.of(
          "ttfb_ms",
          "video_load_time_ms",
          "cdn_response_time_ms",
          "total_duration_seconds",
          "initial_bitrate",
          "initial_resolution");

  private static final List<String> NETWORK =
      List.of("connection_type", "effective_bandwidth", "rtt_ms");

  private static final List<String> DEVICE = List.of("device", "os", "browser", "app_version");

  private static final List<Column<SessionMetrics>> COLUMNS =
      List.of(
          column("session_id", "uuid", "s.session_id", r -> r.identity().sessionId()),
          column("org_id", "uuid", "s.org_id", r -> r.identity().orgId()),
          column("patient_id", "uuid", "s.patient_id", r -> r.identity().patientId()),
          first("media_id", MEDIA, "text", r -> r.identity().mediaId()),
          first("media_type", MEDIA, "text", r -> r.identity().mediaType()),
          first("render_id", List.of("render_id"), "uuid", r -> r.identity().renderId()),
          column(
              "started_at",
              "timestamptz",
              SessionClock.STARTED_AT,
              r -> time(r.identity().startedAtMs())),
          column("ended_at", "timestamptz", ENDED_AT, r -> time(r.identity().endedAtMs())),
          column(
              "last_event_at",
              "timestamptz",
              SessionClock.LAST_EVENT_AT,
              r -> time(r.identity().lastEventAtMs())),
          column("status", "text", STATUS, r -> r.identity().status()),
          column("ended_by", "text", ENDED_BY, r -> r.identity().endedBy()),
          first("ttfb_ms", START_UP, "int8", r -> r.startUp().ttfbMs()),
          first("video_load_time_ms", START_UP, "int8", r -> r.startUp().videoLoadTimeMs()),
          first("cdn_response_time_ms", START_UP, "int8", r -> r.startUp().cdnResponseTimeMs()),
          first(
              "total_duration_seconds",
              START_UP,
              "float8",
              r -> r.startUp().totalDurationSeconds()),
          first("initial_bitrate", START_UP, "int8", r -> r.startUp().initialBitrate()),
          first("initial_resolution", START_UP, "text", r -> r.startUp().initialResolution()),
          column("asked_to_play", "bool", ever("asked_to_play"), r -> r.startUp().askedToPlay()),
          column(
              "started_playing",
              "bool",
              ever("started_playing"),
              r -> r.startUp().startedPlaying()),
          most("watched_duration_seconds", "float8", r -> r.playback().watchedDurationSeconds()),
          most("completion_percent", "float8", r -> r.playback().completionPercent()),
          most("max_position_seconds", "float8", r -> r.playback().maxPositionSeconds()),
          last(
              "final_position_seconds",
              List.of("final_position_seconds"),
              "float8",
              r -> r.playback().finalPositionSeconds()),
          most("plays", "int4", r -> r.playback().plays()),
          most("pauses", "int4", r -> r.playback().pauses()),
          most("seeks", "int4", r -> r.playback().seeks()),
          most("milestone_percent", "int4", r -> r.playback().milestonePercent()),
          most("heartbeats", "int4", r -> r.playback().heartbeats()),
          most("buffering_count", "int8", r -> r.smoothness().bufferingCount()),
          most(
              "total_buffering_duration_ms",
              "int8",
              r -> r.smoothness().totalBufferingDurationMs()),
          covered("stall_count", "int4", r -> r.smoothness().stallCount()),
          covered("stall_duration_ms", "int8", r -> r.smoothness().stallDurationMs()),
          most("bitrate_switches", "int8", r -> r.smoothness().bitrateSwitches()),
          most("resolution_switches", "int8", r -> r.smoothness().resolutionSwitches()),
          last("avg_bitrate", List.of("avg_bitrate"), "int8", r -> r.smoothness().avgBitrate()),
          most("peak_bitrate", "int8", r -> r.smoothness().peakBitrate()),
          column(
              "peak_resolution",
              "text",
              preferNewIf(MORE_LINES, "peak_resolution"),
              r -> r.smoothness().peakResolution()),
          most("dropped_frames", "int8", r -> r.smoothness().droppedFrames()),
          most("total_frames", "int8", r -> r.smoothness().totalFrames()),
          last("connection_type", NETWORK, "text", r -> r.network().connectionType()),
          last("effective_bandwidth", NETWORK, "float8", r -> r.network().effectiveBandwidth()),
          column(
              "min_bandwidth", "float8", least("min_bandwidth"), r -> r.network().minBandwidth()),
          last("rtt_ms", NETWORK, "int8", r -> r.network().rttMs()),
          last("device", DEVICE, "text", r -> r.device().device()),
          last("os", DEVICE, "text", r -> r.device().os()),
          last("browser", DEVICE, "text", r -> r.device().browser()),
          last("app_version", DEVICE, "text", r -> r.device().appVersion()),
          most("error_count", "int8", r -> r.faults().errorCount()),
          column(
              "error_types",
              "text[]",
              union("error_types", FaultFacts.MOST_TYPES),
              r -> r.faults().errorTypes()),
          column("fatal_error", "bool", ever("fatal_error"), r -> r.faults().fatalError()),
          most("events_seen", "int4", r -> r.trust().eventsSeen()),
          whole("events_missing", "int4", r -> r.trust().eventsMissing()),
          whole("counters_disagree", "bool", r -> r.trust().countersDisagree()),
          most("metrics_version", "int4", r -> r.trust().metricsVersion()),
          column("clock_skew_ms", "int8", SessionClock.TELLABLE_SKEW, r -> r.trust().clockSkewMs()),
          clock("first_said_ms", SessionClock.FIRST_SAID, SessionMetrics.Clock::firstSaidMs),
          clock("last_said_ms", SessionClock.LAST_SAID, SessionMetrics.Clock::lastSaidMs),
          clock("end_said_ms", SessionClock.END_SAID, SessionMetrics.Clock::endSaidMs),
          clock("first_heard_ms", SessionClock.FIRST_HEARD, SessionMetrics.Clock::firstHeardMs),
          clock("last_heard_ms", SessionClock.LAST_HEARD, SessionMetrics.Clock::lastHeardMs),
          clock("last_received_ms", SessionClock.RECEIVED, SessionMetrics.Clock::lastReceivedMs),
          clock("least_delay_ms", SessionClock.DELAY, SessionMetrics.Clock::leastDelayMs),
          clock("last_seq", greatest("last_seq"), SessionMetrics.Clock::lastSeq));

  private final MergeTable<SessionMetrics> table =
      new MergeTable<>(
          "media_session_metrics", List.of("session_id"), OWNER, COLUMNS, ErasedPatients.STAY_AWAY);
  private final MonthlyPartitions months = new MonthlyPartitions();

  @Override
  public String what() {
    return "sessions";
  }

  @Override
  public OptionalLong receivedAtMs(SessionMetrics row) {
    Long received = row.clock().lastReceivedMs();
    return received == null || SessionMetrics.BY_TIMEOUT.equals(row.identity().endedBy())
        ? OptionalLong.empty()
        : OptionalLong.of(received);
  }

  @Override
  public Comparable<?> key(SessionMetrics row) {
    return row.identity().sessionId();
  }

  @Override
  public boolean covers(SessionMetrics newer, SessionMetrics older) {
    return newer.trust().eventsSeen() >= older.trust().eventsSeen()
        && newer.identity().startedAtMs() <= older.identity().startedAtMs()
        && newer.identity().lastEventAtMs() >= older.identity().lastEventAtMs();
  }

  @Override
  public void write(Connection connection, List<SessionMetrics> rows) throws SQLException {
    months.writeInto(
        connection,
        rows,
        row -> row.identity().startedAtMs(),
        () -> {
          if (table.merge(connection, rows) < rows.size()) {
            SessionOwners.check(connection, rows, SessionTable::owner);
          }
        });
  }

  @Override
  public Map<String, Object> reference(SessionMetrics row) {
    SessionMetrics.Identity it = row.identity();
    return Map.of(
        "table",
        name(),
        "org_id",
        it.orgId(),
        "session_id",
        it.sessionId(),
        "started_at",
        Instant.ofEpochMilli(it.startedAtMs()).toString());
  }

  private static SessionOwners.Row owner(SessionMetrics row) {
    SessionMetrics.Identity it = row.identity();
    return new SessionOwners.Row(
        it.sessionId(),
        it.orgId(),
        it.patientId(),
        row.trust().eventsSeen(),
        it.startedAtMs(),
        it.lastEventAtMs());
  }

  @Override
  public String name() {
    return table.name();
  }

  @Override
  public List<RowDifference> differences(Connection connection, List<SessionMetrics> rows)
      throws SQLException {
    return table.differences(connection, rows);
  }

  private static Column<SessionMetrics> column(
      String name, String type, String law, SerializableFunction<SessionMetrics, Object> value) {
    return new Column<>(name, type, law, value);
  }

  /** The earliest event of its kind says it. */
  private static Column<SessionMetrics> first(
      String name,
      List<String> group,
      String type,
      SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, preferNewGroupIf(RICHER, name, group), value);
  }

  /** The latest event of its kind says it. */
  private static Column<SessionMetrics> last(
      String name,
      List<String> group,
      String type,
      SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, preferNewGroupIf(LATER, name, group), value);
  }

  /** It only grows. */
  private static Column<SessionMetrics> most(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, greatest(name), value);
  }

  private static Column<SessionMetrics> clock(
      String name, String law, SerializableFunction<SessionMetrics.Clock, Object> value) {
    return column(name, "int8", law, r -> value.apply(r.clock()));
  }

  /** Only all events together tell it. */
  private static Column<SessionMetrics> whole(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, replaceIf(RICHER, name), value);
  }

  /**
   * A seek that comes late makes a stall a wait of another kind, so of two rows of one tally the
   * later stands, also where it is less; a fragment lowers nothing.
   */
  private static Column<SessionMetrics> covered(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    String law =
        "CASE WHEN %2$s THEN n.%1$s WHEN %3$s THEN s.%1$s ELSE %4$s END"
            .formatted(name, NEW_COVERS, OLD_COVERS, greatest(name));
    return column(name, type, law, value);
  }

  private static Instant time(Long epochMs) {
    return epochMs == null ? null : Instant.ofEpochMilli(epochMs);
  }
}
