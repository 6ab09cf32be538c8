package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.clinic.SessionSummary.Client;
import dev.kinebeam.coreapi.clinic.SessionSummary.Course;
import dev.kinebeam.coreapi.clinic.SessionSummary.Faults;
import dev.kinebeam.coreapi.clinic.SessionSummary.Identity;
import dev.kinebeam.coreapi.clinic.SessionSummary.Names;
import dev.kinebeam.coreapi.clinic.SessionSummary.Smoothness;
import dev.kinebeam.coreapi.clinic.SessionSummary.StartUp;
import dev.kinebeam.coreapi.clinic.SessionSummary.Viewing;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Lists sessions of patients, the newest first. */
final class SessionsQuery {
  /** What {@link #session} reads beside the columns of {@code media_session_metrics AS m}. */
  static final String NAMES =
      "coalesce(e.slug, o.slug) AS slug,"
          + " coalesce(e.display_name, o.display_name) AS exercise_name, v.id AS personal_video,"
          + " p.display_name AS patient";

  /**
   * The tables that {@link #NAMES} are in: {@code e} has the exercise of a video for all, {@code o}
   * that of a personal video of the patient ({@code v}).
   */
  static final String NAMED =
      " LEFT JOIN exercises AS e ON e.media_id = m.media_id"
          + " LEFT JOIN personalized_exercise_videos AS v"
          + " ON v.media_id = m.media_id AND v.patient_id = m.patient_id"
          + " LEFT JOIN exercises AS o ON o.exercise_id = v.exercise_id"
          + " LEFT JOIN people AS p ON p.org_id = m.org_id AND p.person_id = m.patient_id ";

  private static final String PAGE =
      """
      SELECT m.*, %s
        FROM media_session_metrics AS m %s
       WHERE %s AND %s
       ORDER BY m.started_at DESC, m.session_id DESC
       LIMIT :limit
      """;

  private final Database database;

  SessionsQuery(Database database) {
    this.database = database;
  }

  /** Those of the patients whom the caller reaches. A list of one patient's is audited. */
  List<SessionSummary> run(Principal caller, SessionFilter filter, int limit) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          List<SessionSummary> found = page(handle, caller, filter, limit);
          filter
              .patientId()
              .filter(patient -> !found.isEmpty())
              .ifPresent(
                  patient ->
                      AuditLog.noteRead(
                          handle, caller, "patient.sessions_listed", patient.toString(), patient));
          return found;
        });
  }

  /**
   * Passes when the caller reaches the patient.
   *
   * @throws Problem 404 when not
   */
  void requireReached(Principal caller, UUID patient) throws Problem {
    database.inOrg(
        caller.orgId(),
        handle -> {
          PatientAccess.of(handle, caller).require(handle, patient);
          return patient;
        });
  }

  /** A page, without an entry of the audit log: whoever gathers pages adds one for all. */
  static List<SessionSummary> page(
      Handle handle, Principal caller, SessionFilter filter, int limit) {
    PatientAccess access = PatientAccess.of(handle, caller);
    String sql = PAGE.formatted(NAMES, NAMED, access.condition("m.patient_id"), filter.where());
    return filter
        .bind(access.bind(handle.createQuery(sql)))
        .bind("limit", limit)
        .map((row, context) -> session(row))
        .list();
  }

  /** One row of the table, with {@link #NAMES}. */
  static SessionSummary session(ResultSet row) throws SQLException {
    return new SessionSummary(
        new Identity(
            row.getObject("session_id", UUID.class),
            row.getObject("patient_id", UUID.class),
            row.getString("media_id"),
            row.getString("slug"),
            row.getObject("render_id", UUID.class),
            row.getObject("personal_video", Long.class),
            new Names(row.getString("patient"), row.getString("exercise_name"))),
        new Course(
            Columns.time(row, "started_at"),
            Columns.optionalTime(row, "ended_at").orElse(null),
            Columns.time(row, "last_event_at"),
            Words.read(SessionStatus.class, row.getString("status")),
            row.getString("ended_by")),
        new Viewing(
            row.getBoolean("started_playing"),
            row.getDouble("watched_duration_seconds"),
            row.getDouble("completion_percent")),
        new StartUp(
            row.getObject("ttfb_ms", Long.class), row.getObject("video_load_time_ms", Long.class)),
        new Smoothness(
            row.getInt("stall_count"),
            row.getLong("stall_duration_ms"),
            row.getObject("avg_bitrate", Long.class),
            row.getString("peak_resolution")),
        new Client(
            row.getString("connection_type"),
            row.getString("device"),
            row.getString("os"),
            row.getString("browser"),
            row.getString("app_version")),
        new Faults(
            row.getLong("error_count"),
            List.of((String[]) row.getArray("error_types").getArray()),
            row.getBoolean("fatal_error")));
  }
}
