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
import dev.kinebeam.schemas.event.SessionStatus;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.jdbi.v3.core.Handle;

/**
 * {@code media_session_metrics}: the merge of {@link SessionTally} again, as far as two rows can
 * show. Rows made from one growing tally, in any order and any number of times, leave the row of
 * the whole tally. A fragment that comes after its session's state has been deleted completes the
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

  /** An end by the player needs no event after it; a timeout stands until another event comes. */
  private static final String ENDED_BY =
      "CASE WHEN "
          + SessionClock.ENDS_BY_CLIENT
          + " THEN 'client'"
          + " WHEN n.events_seen = s.events_seen"
          + " THEN coalesce(nullif(n.ended_by, 'client'), nullif(s.ended_by, 'client'))"
          + " WHEN n.ended_by IS DISTINCT FROM 'client' AND (n.events_seen > s.events_seen OR "
          + LATER
          + ") THEN n.ended_by ELSE nullif(s.ended_by, 'client') END";

  private static final String ENDED_AT =
      "CASE %s WHEN 'client' THEN %s WHEN 'timeout' THEN %s END"
          .formatted(ENDED_BY, SessionClock.CLIENT_END_AT, SessionClock.LAST_EVENT_AT);

  /** Columns that the first session_start reports together; a null among them stays. */
  private static final List<String> START_UP =
      List.of(
          "ttfb_ms",
          "video_load_time_ms",
          "cdn_response_time_ms",
          "total_duration_seconds",
          "initial_bitrate",
          "initial_resolution");

  private static final String NEW_STARTS = newIsFirst("start", START_UP);

  /** Columns that the first event that names a media reports together. */
  private static final List<String> MEDIA = List.of("media_id", "media_type");

  private static final String NEW_NAMES_MEDIA = newIsFirst("media", MEDIA);

  /** {@code SessionReport.isCompleted}, of the merged columns. */
  private static final String IS_COMPLETED =
      """
      CASE WHEN NOT (s.watched_reported OR n.watched_reported)
                AND (s.played_to_milestone OR n.played_to_milestone) THEN true
           WHEN %1$s IS NULL THEN greatest(s.completion_percent, n.completion_percent) >= %3$s
           ELSE (s.watched_reported OR n.watched_reported)
                AND %2$s >= %1$s * %3$s / 100
                AND coalesce(greatest(s.reported_position_seconds, n.reported_position_seconds)
                               >= %1$s * %3$s / 100, true) END\
      """
          .formatted(
              replaceIf(NEW_STARTS, "total_duration_seconds"),
              covering("watched_duration_seconds", greatest("watched_duration_seconds")),
              SessionMetrics.COMPLETED_PERCENT + "::float8");

  private static final String STATUS =
      """
      CASE
        WHEN s.fatal_error OR n.fatal_error THEN '%s'
        WHEN %s IS NULL THEN '%s'
        WHEN %s THEN '%s'
        ELSE '%s'
      END\
      """
          .formatted(
              SessionStatus.ERROR.word(),
              ENDED_BY,
              SessionStatus.PLAYING.word(),
              IS_COMPLETED,
              SessionStatus.COMPLETED.word(),
              SessionStatus.ABANDONED.word());

  /** {@link Extremes}'s order of resolutions: by lines, then by text. */
  private static final String RESOLUTION =
      "(coalesce(substring(regexp_replace(%1$s.peak_resolution, '^.*[x×]', '')"
          + " from '^[0-9]{1,6}')::bigint, -1), %1$s.peak_resolution COLLATE \"C\")";

  private static final String MORE_LINES =
      RESOLUTION.formatted("n") + " >= " + RESOLUTION.formatted("s");

  /** The first writer; a row of another owner is refused. */
  static final List<String> OWNER = List.of("org_id", "patient_id");

  private static final List<Column<SessionMetrics>> COLUMNS =
      List.of(
          column("session_id", "uuid", "s.session_id", r -> r.identity().sessionId()),
          column("org_id", "uuid", "s.org_id", r -> r.identity().orgId()),
          column("patient_id", "uuid", "s.patient_id", r -> r.identity().patientId()),
          media("media_id", r -> r.identity().mediaId()),
          media("media_type", r -> r.identity().mediaType()),
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
          column("status", "text", STATUS, r -> r.identity().status().word()),
          column("ended_by", "text", ENDED_BY, r -> r.identity().endedBy()),
          start("ttfb_ms", "int8", r -> r.startUp().ttfbMs()),
          start("video_load_time_ms", "int8", r -> r.startUp().videoLoadTimeMs()),
          start("cdn_response_time_ms", "int8", r -> r.startUp().cdnResponseTimeMs()),
          start("total_duration_seconds", "float8", r -> r.startUp().totalDurationSeconds()),
          start("initial_bitrate", "int8", r -> r.startUp().initialBitrate()),
          start("initial_resolution", "text", r -> r.startUp().initialResolution()),
          column("asked_to_play", "bool", ever("asked_to_play"), r -> r.startUp().askedToPlay()),
          column(
              "started_playing",
              "bool",
              covering("started_playing", ever("started_playing")),
              r -> r.startUp().startedPlaying()),
          covered("watched_duration_seconds", "float8", r -> r.playback().watchedDurationSeconds()),
          most("completion_percent", "float8", r -> r.playback().completionPercent()),
          most("max_position_seconds", "float8", r -> r.playback().maxPositionSeconds()),
          last("final_position_seconds", "float8", r -> r.playback().finalPositionSeconds()),
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
          last("avg_bitrate", "int8", r -> r.smoothness().avgBitrate()),
          most("peak_bitrate", "int8", r -> r.smoothness().peakBitrate()),
          column(
              "peak_resolution",
              "text",
              preferNewIf(MORE_LINES, "peak_resolution"),
              r -> r.smoothness().peakResolution()),
          most("dropped_frames", "int8", r -> r.smoothness().droppedFrames()),
          most("total_frames", "int8", r -> r.smoothness().totalFrames()),
          last("connection_type", "text", r -> r.network().connectionType()),
          last("effective_bandwidth", "float8", r -> r.network().effectiveBandwidth()),
          column(
              "min_bandwidth", "float8", least("min_bandwidth"), r -> r.network().minBandwidth()),
          last("rtt_ms", "int8", r -> r.network().rttMs()),
          last("device", "text", r -> r.device().device()),
          last("os", "text", r -> r.device().os()),
          last("browser", "text", r -> r.device().browser()),
          last("app_version", "text", r -> r.device().appVersion()),
          most("error_count", "int8", r -> r.faults().errorCount()),
          column(
              "error_types",
              "text[]",
              union("error_types", FaultFacts.MAX_TYPES),
              r -> r.faults().errorTypes()),
          column("fatal_error", "bool", ever("fatal_error"), r -> r.faults().fatalError()),
          most("events_seen", "int4", r -> r.trust().eventsSeen()),
          whole("events_missing", "int4", r -> r.trust().eventsMissing()),
          most("events_corrected", "int4", r -> r.trust().eventsCorrected()),
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
          clock("last_seq", SessionClock.LAST_SEQ, SessionMetrics.Clock::lastSeq),
          clock("end_seq", SessionClock.END_SEQ, SessionMetrics.Clock::endSeq),
          clock(
              "start_said_ms",
              replaceIf(NEW_STARTS, "start_said_ms"),
              SessionMetrics.Clock::startSaidMs),
          clock("start_seq", replaceIf(NEW_STARTS, "start_seq"), SessionMetrics.Clock::startSeq),
          clock(
              "media_said_ms",
              replaceIf(NEW_NAMES_MEDIA, "media_said_ms"),
              SessionMetrics.Clock::mediaSaidMs),
          clock(
              "media_seq", replaceIf(NEW_NAMES_MEDIA, "media_seq"), SessionMetrics.Clock::mediaSeq),
          column(
              "watched_reported",
              "bool",
              ever("watched_reported"),
              r -> r.completion().watchedReported()),
          most(
              "reported_position_seconds", "float8", r -> r.completion().reportedPositionSeconds()),
          column(
              "played_to_milestone",
              "bool",
              ever("played_to_milestone"),
              r -> r.completion().playedToMilestone()));

  private final MergeTable<SessionMetrics> table =
      new MergeTable<>(
          "media_session_metrics",
          List.of("session_id"),
          OWNER,
          COLUMNS,
          ErasedPatients.areErased("started_at"));
  private final MonthlyPartitions months = new MonthlyPartitions();

  /** The statement that merges rows, as the golden file has it. */
  String mergeStatement() {
    return table.mergeStatement();
  }

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
  public void write(Handle handle, List<SessionMetrics> rows) throws SQLException {
    months.writeInto(
        handle,
        rows,
        row -> row.identity().startedAtMs(),
        () -> {
          if (table.merge(handle, rows) < rows.size()) {
            SessionOwners.check(handle, rows, SessionTable::owner);
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
  public List<RowDifference> differences(Handle handle, List<SessionMetrics> rows)
      throws SQLException {
    return table.differences(handle, rows);
  }

  private static Column<SessionMetrics> column(
      String name,
      String type,
      String mergeFunction,
      SerializableFunction<SessionMetrics, Object> value) {
    return new Column<>(name, type, mergeFunction, value);
  }

  /** The earliest event of its kind reports it. */
  private static Column<SessionMetrics> first(
      String name,
      List<String> group,
      String type,
      SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, preferNewGroupIf(RICHER, name, group), value);
  }

  /**
   * The new row knows of the earlier event that reports the group; rows from before its order was
   * kept do not say.
   */
  private static String newIsFirst(String event, List<String> group) {
    return """
    (n.%1$s_said_ms IS NOT NULL
     AND CASE WHEN s.%1$s_said_ms IS NOT NULL
              THEN (coalesce(n.%1$s_seq, -1), n.%1$s_said_ms)
                     <= (coalesce(s.%1$s_seq, -1), s.%1$s_said_ms)
              ELSE %2$s OR num_nonnulls(s.%3$s) = 0 END)\
    """
        .formatted(event, RICHER, String.join(", s.", group));
  }

  private static Column<SessionMetrics> media(
      String name, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, "text", replaceIf(NEW_NAMES_MEDIA, name), value);
  }

  /** The first session_start reports it. */
  private static Column<SessionMetrics> start(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, replaceIf(NEW_STARTS, name), value);
  }

  /** The last event that names it reports it. */
  private static Column<SessionMetrics> last(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, preferNewIf(LATER, name), value);
  }

  /** It only grows. */
  private static Column<SessionMetrics> most(
      String name, String type, SerializableFunction<SessionMetrics, Object> value) {
    return column(name, type, greatest(name), value);
  }

  private static Column<SessionMetrics> clock(
      String name, String mergeFunction, SerializableFunction<SessionMetrics.Clock, Object> value) {
    return column(name, "int8", mergeFunction, r -> value.apply(r.clock()));
  }

  /** Only all events together show it. */
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
    return column(name, type, covering(name, greatest(name)), value);
  }

  private static String covering(String name, String ofFragments) {
    return "CASE WHEN %2$s THEN n.%1$s WHEN %3$s THEN s.%1$s ELSE %4$s END"
        .formatted(name, NEW_COVERS, OLD_COVERS, ofFragments);
  }

  private static Instant time(Long epochMs) {
    return epochMs == null ? null : Instant.ofEpochMilli(epochMs);
  }
}
