package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.clinic.SessionDetail.Connection;
import dev.kinebeam.coreapi.clinic.SessionDetail.Rendition;
import dev.kinebeam.coreapi.clinic.SessionDetail.Span;
import dev.kinebeam.coreapi.clinic.SessionDetail.Stall;
import dev.kinebeam.coreapi.recording.RecordedSession;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.schemas.event.WaitCause;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads one session's row, waits and errors, if the caller reaches its patient. */
final class SessionDetailQuery {
  private static final String SESSION =
      """
      SELECT m.*, %s
        FROM media_session_metrics AS m %s
       WHERE m.session_id = :session AND %s
       ORDER BY m.last_event_at DESC
       LIMIT 1
      """;

  private static final String WAITS =
      """
      SELECT * FROM media_waits
       WHERE session_id = :session AND cause <> 'continued'
       ORDER BY started_at, stall_id
       LIMIT :most
      """;

  private static final String ERRORS =
      """
      SELECT * FROM media_session_errors
       WHERE session_id = :session
       ORDER BY occurred_at, error_id
      """;

  private static final List<String> DETAILS =
      List.of(
          "media_type",
          "total_duration_seconds",
          "cdn_response_time_ms",
          "initial_bitrate",
          "initial_resolution",
          "max_position_seconds",
          "final_position_seconds",
          "plays",
          "pauses",
          "seeks",
          "milestone_percent",
          "heartbeats",
          "buffering_count",
          "total_buffering_duration_ms",
          "bitrate_switches",
          "resolution_switches",
          "peak_bitrate",
          "dropped_frames",
          "total_frames",
          "effective_bandwidth",
          "min_bandwidth",
          "rtt_ms",
          "events_seen",
          "events_missing",
          "events_corrected",
          "counters_disagree",
          "clock_skew_ms",
          "metrics_version");

  private final Database database;

  SessionDetailQuery(Database database) {
    this.database = database;
  }

  /** What the tables hold of a session. */
  record Found(
      SessionSummary summary,
      Map<String, Object> details,
      RecordedSession session,
      List<Stall> stalls,
      List<SessionTimeline.Failure> errors,
      Optional<SessionVideo> video) {
    private Found with(Handle handle) {
      UUID render = summary.identity().renderId();
      String media = summary.identity().mediaId();
      StallPeers peers = StallPeers.of(handle, session.patientId(), render, media, stalls);
      return new Found(
          summary,
          details,
          session,
          StallJudge.judged(summary, details, stalls, errors, peers),
          errors,
          SessionVideo.find(handle, session.patientId(), render, media));
    }
  }

  /** As {@link #run}, for who has read the session before: without an entry of the audit log. */
  Optional<Found> again(Principal caller, UUID sessionId) {
    return database.inOrg(
        caller.orgId(),
        handle -> run(handle, PatientAccess.of(handle, caller), caller.orgId(), sessionId));
  }

  /** Empty when there is no such session of a patient whom the caller reaches. */
  Optional<Found> run(Principal caller, UUID sessionId) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          PatientAccess access = PatientAccess.of(handle, caller);
          Optional<Found> found = run(handle, access, caller.orgId(), sessionId);
          found.ifPresent(
              it ->
                  AuditLog.noteRead(
                      handle,
                      caller,
                      "session.read",
                      sessionId.toString(),
                      it.session().patientId()));
          return found;
        });
  }

  /**
   * Passes when the caller still reaches the patient.
   *
   * @throws Problem 404 when not
   */
  void requireStill(Principal caller, UUID patient) throws Problem {
    database.inOrg(
        caller.orgId(),
        handle -> {
          PatientAccess.of(handle, caller).require(handle, patient);
          return patient;
        });
  }

  /** The row comes last: it is there only if the patient is reached after the rest was read. */
  private static Optional<Found> run(
      Handle handle, PatientAccess access, UUID orgId, UUID sessionId) {
    List<Stall> stalls =
        handle
            .createQuery(WAITS)
            .bind("session", sessionId)
            .bind("most", SessionTimeline.MAX_MOMENTS)
            .map((row, context) -> stall(row))
            .list();
    List<SessionTimeline.Failure> errors =
        handle
            .createQuery(ERRORS)
            .bind("session", sessionId)
            .map((row, context) -> failure(row))
            .list();
    return access
        .bind(
            handle.createQuery(
                SESSION.formatted(
                    SessionsQuery.NAMES, SessionsQuery.NAMED, access.condition("m.patient_id"))))
        .bind("session", sessionId)
        .map(
            (row, context) ->
                new Found(
                    SessionsQuery.session(row),
                    Columns.present(row, DETAILS),
                    recorded(orgId, row),
                    stalls,
                    errors,
                    Optional.empty()))
        .findOne()
        .map(found -> found.with(handle));
  }

  private static RecordedSession recorded(UUID orgId, ResultSet row) throws SQLException {
    return new RecordedSession(
        orgId,
        row.getObject("patient_id", UUID.class),
        row.getObject("session_id", UUID.class),
        new RecordedSession.Times(
            Columns.instant(row, "started_at"),
            Columns.instant(row, "last_event_at"),
            Columns.instant(row, "updated_at")),
        Words.read(SessionStatus.class, row.getString("status")) == SessionStatus.PLAYING,
        row.getLong("events_seen"),
        row.getLong("clock_skew_ms"));
  }

  private static SessionTimeline.Failure failure(ResultSet row) throws SQLException {
    return new SessionTimeline.Failure(
        Columns.time(row, "occurred_at"),
        row.getObject("position_seconds", Double.class),
        row.getString("code"),
        row.getString("message"),
        row.getBoolean("fatal"));
  }

  private static Stall stall(ResultSet row) throws SQLException {
    return new Stall(
        row.getObject("stall_id", UUID.class),
        Words.read(WaitCause.class, row.getString("cause")),
        row.getObject("position_seconds", Double.class),
        new Span(
            Columns.time(row, "started_at"),
            Columns.optionalTime(row, "ended_at").orElse(null),
            row.getObject("duration_ms", Long.class),
            row.getString("ended_by")),
        new Rendition(
            row.getObject("bitrate_before", Long.class),
            row.getObject("bitrate_after", Long.class),
            row.getString("resolution_before"),
            row.getString("resolution_after")),
        new Connection(
            row.getObject("cdn_response_time_ms", Long.class),
            row.getString("connection_type"),
            row.getObject("effective_bandwidth", Double.class)),
        row.getObject("recovered", Boolean.class),
        null);
  }
}
