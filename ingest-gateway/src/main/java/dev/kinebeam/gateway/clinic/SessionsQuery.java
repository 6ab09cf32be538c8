package dev.kinebeam.gateway.clinic;

import dev.kinebeam.catalog.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lists an organisation's sessions, the newest first. */
final class SessionsQuery {
  private static final String PAGE =
      """
      SELECT m.*, e.slug
        FROM media_session_metrics m LEFT JOIN exercises e ON e.media_id = m.media_id
       WHERE m.started_at >= :from AND m.started_at < :to
         AND (:patient::uuid IS NULL OR m.patient_id = :patient)
         AND (:media::text IS NULL OR m.media_id = :media)
         AND (:afterTime::timestamptz IS NULL
              OR (m.started_at, m.session_id) < (:afterTime, :afterId))
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
      Optional<SessionCursor> after,
      int limit) {}

  List<SessionSummary> run(UUID orgId, Filter filter) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(PAGE)
                .bind("from", utc(filter.window.from()))
                .bind("to", utc(filter.window.to()))
                .bind("patient", filter.patientId.orElse(null))
                .bind("media", filter.mediaId.orElse(null))
                .bind("afterTime", filter.after.map(c -> utc(c.startedAt())).orElse(null))
                .bind("afterId", filter.after.map(SessionCursor::sessionId).orElse(null))
                .bind("limit", filter.limit)
                .map((row, context) -> session(row))
                .list());
  }

  private static SessionSummary session(ResultSet row) throws SQLException {
    return new SessionSummary(
        row.getObject("session_id", UUID.class),
        row.getObject("patient_id", UUID.class),
        row.getString("media_id"),
        row.getString("slug"),
        row.getObject("render_id", UUID.class),
        time(row, "started_at"),
        time(row, "ended_at"),
        time(row, "last_event_at"),
        row.getString("status"),
        row.getString("ended_by"),
        row.getBoolean("started_playing"),
        row.getDouble("watched_duration_seconds"),
        row.getDouble("completion_percent"),
        row.getObject("ttfb_ms", Long.class),
        row.getObject("video_load_time_ms", Long.class),
        row.getInt("stall_count"),
        row.getLong("stall_duration_ms"),
        row.getObject("avg_bitrate", Long.class),
        row.getString("peak_resolution"),
        row.getString("connection_type"),
        row.getString("device"),
        row.getString("os"),
        row.getString("browser"),
        row.getString("app_version"),
        row.getLong("error_count"),
        List.of((String[]) row.getArray("error_types").getArray()),
        row.getBoolean("fatal_error"));
  }

  private static String time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant().toString();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
