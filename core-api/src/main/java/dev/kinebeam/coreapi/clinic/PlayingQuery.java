package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the sessions that play now, from an index of these alone. */
final class PlayingQuery {
  private static final int MOST = 50;

  /** So that only the latest partitions are looked at. */
  private static final Duration LONGEST_SESSION = Duration.ofDays(1);

  private static final String PLAYING =
      """
      SELECT m.session_id, m.patient_id, m.media_id, m.started_at, m.last_event_at, m.device,
             m.connection_type, m.stall_count, m.final_position_seconds, m.max_position_seconds,
             m.total_duration_seconds, %s, count(*) OVER () AS found
        FROM media_session_metrics AS m %s
       WHERE m.status = 'playing' AND m.last_event_at > :since AND m.started_at > :latest
       ORDER BY m.started_at DESC, m.session_id
       LIMIT :most
      """
          .formatted(SessionsQuery.NAMES, SessionsQuery.NAMED);

  private final Database database;
  private final Clock clock;

  PlayingQuery(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Who plays now.
   *
   * @param sessions how many
   * @param playing those that began last, at most {@value #MOST}
   */
  record Playing(long sessions, List<Session> playing) {}

  /** One session that plays; what it has not reported is left out. */
  record Session(
      UUID sessionId,
      UUID patientId,
      @Nullable String patientName,
      @Nullable String mediaId,
      @Nullable String exercise,
      @Nullable String exerciseName,
      String startedAt,
      @Nullable Double positionSeconds,
      @Nullable Double durationSeconds,
      int stalls,
      @Nullable String device,
      @Nullable String connection) {}

  private record Found(long all, Session session) {}

  Playing run(UUID orgId) {
    Instant now = clock.instant();
    List<Found> found =
        database.inOrg(
            orgId,
            handle ->
                handle
                    .createQuery(PLAYING)
                    .bind("since", Columns.utc(PlayingNow.freshFrom(now)))
                    .bind("latest", Columns.utc(now.minus(LONGEST_SESSION)))
                    .bind("most", MOST)
                    .map((row, context) -> new Found(row.getLong("found"), session(row)))
                    .list());
    return new Playing(
        found.isEmpty() ? 0 : found.get(0).all(), found.stream().map(Found::session).toList());
  }

  private static Session session(ResultSet row) throws SQLException {
    Double position = row.getObject("final_position_seconds", Double.class);
    return new Session(
        row.getObject("session_id", UUID.class),
        row.getObject("patient_id", UUID.class),
        row.getString("patient"),
        row.getString("media_id"),
        row.getString("slug"),
        row.getString("exercise_name"),
        Columns.time(row, "started_at"),
        position != null ? position : row.getObject("max_position_seconds", Double.class),
        row.getObject("total_duration_seconds", Double.class),
        row.getInt("stall_count"),
        row.getString("device"),
        row.getString("connection_type"));
  }
}
