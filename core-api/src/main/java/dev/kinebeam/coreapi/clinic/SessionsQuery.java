package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.clinic.SessionSummary.Client;
import dev.kinebeam.coreapi.clinic.SessionSummary.Course;
import dev.kinebeam.coreapi.clinic.SessionSummary.Faults;
import dev.kinebeam.coreapi.clinic.SessionSummary.Identity;
import dev.kinebeam.coreapi.clinic.SessionSummary.Smoothness;
import dev.kinebeam.coreapi.clinic.SessionSummary.StartUp;
import dev.kinebeam.coreapi.clinic.SessionSummary.Viewing;
import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.web.auth.Principal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/** Lists sessions of patients, the newest first. */
final class SessionsQuery {
  private static final String PAGE =
      """
      SELECT m.*, e.slug
        FROM media_session_metrics m LEFT JOIN exercises e ON e.media_id = m.media_id
       WHERE m.started_at >= :from AND m.started_at < :to AND %s%s
       ORDER BY m.started_at DESC, m.session_id DESC
       LIMIT :limit
      """;

  private final Database database;

  SessionsQuery(Database database) {
    this.database = database;
  }

  /**
   * Which sessions.
   *
   * @param after the last one of the page before
   */
  record Filter(
      Window window,
      Optional<UUID> patientId,
      Optional<String> mediaId,
      Optional<TimeCursor> after,
      int limit) {}

  /** Those of the patients whom the caller reaches. */
  List<SessionSummary> run(Principal caller, Filter filter) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          PatientAccess access = PatientAccess.of(handle, caller);
          Query page =
              access
                  .bind(
                      handle.createQuery(
                          PAGE.formatted(access.condition("m.patient_id"), conditions(filter))))
                  .bind("from", Columns.utc(filter.window.from()))
                  .bind("to", Columns.utc(filter.window.to()))
                  .bind("limit", filter.limit);
          filter.patientId.ifPresent(patient -> page.bind("patient", patient));
          filter.mediaId.ifPresent(media -> page.bind("media", media));
          filter.after.ifPresent(
              after -> page.bind("afterTime", Columns.utc(after.at())).bind("afterId", after.id()));
          List<SessionSummary> found = page.map((row, context) -> session(row)).list();
          filter
              .patientId
              .filter(patient -> !found.isEmpty())
              .ifPresent(
                  patient ->
                      AuditLog.noteRead(
                          handle, caller, "patient.sessions_listed", patient.toString(), patient));
          return found;
        });
  }

  /** Only what was asked for, so that an index can serve it. */
  private static String conditions(Filter filter) {
    return (filter.patientId.isPresent() ? " AND m.patient_id = :patient" : "")
        + (filter.mediaId.isPresent() ? " AND m.media_id = :media" : "")
        + (filter.after.isPresent()
            ? " AND m.started_at <= :afterTime"
                + " AND (m.started_at, m.session_id) < (:afterTime, :afterId)"
            : "");
  }

  /** One row of the table, with the exercise's slug. */
  static SessionSummary session(ResultSet row) throws SQLException {
    return new SessionSummary(
        new Identity(
            row.getObject("session_id", UUID.class),
            row.getObject("patient_id", UUID.class),
            row.getString("media_id"),
            row.getString("slug"),
            row.getObject("render_id", UUID.class)),
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
