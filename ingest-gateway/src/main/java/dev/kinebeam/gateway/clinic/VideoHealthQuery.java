package dev.kinebeam.gateway.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.gateway.clinic.VideoHealth.Exercise;
import dev.kinebeam.gateway.clinic.VideoHealth.Percentiles;
import dev.kinebeam.gateway.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.gateway.clinic.VideoHealth.Share;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Computes {@link VideoHealth} from the sessions that began in the window. The statements name no
 * organisation: the transaction does, and the database's policies keep the others' rows away.
 */
final class VideoHealthQuery {
  private static final int TOP = 10;

  private static final String FIGURES =
      """
      SELECT count(*) AS sessions,
             count(*) FILTER (WHERE status = 'playing') AS playing,
             count(*) FILTER (WHERE status = 'completed') AS completed,
             count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
             count(*) FILTER (WHERE status = 'error') AS error,
             count(video_load_time_ms) AS start_up_n,
             percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY video_load_time_ms)
               AS start_up,
             count(ttfb_ms) AS ttfb_n,
             percentile_cont(ARRAY[0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY ttfb_ms) AS ttfb,
             count(*) FILTER (WHERE started_playing) AS started,
             count(*) FILTER (WHERE started_playing AND status = 'completed') AS finished,
             count(*) FILTER (WHERE fatal_error AND NOT started_playing) AS start_failures,
             count(*) FILTER (WHERE NOT fatal_error AND NOT started_playing
                                AND status <> 'playing') AS exits,
             count(*) FILTER (WHERE fatal_error) AS failures,
             coalesce(sum(stall_count), 0) AS stalls,
             coalesce(sum(stall_duration_ms), 0) AS stall_ms,
             coalesce(sum(watched_duration_seconds), 0) * 1000 AS watched_ms,
             coalesce(max(metrics_version), 0) AS metrics_version
        FROM media_session_metrics
       WHERE started_at >= :from AND started_at < :to
      """;

  private static final String TOP_STALLING =
      """
      SELECT m.media_id, e.slug, count(*) AS sessions, sum(m.stall_count) AS stalls,
             sum(m.stall_duration_ms) AS stall_ms,
             sum(m.watched_duration_seconds) * 1000 AS watched_ms
        FROM media_session_metrics m LEFT JOIN exercises e ON e.media_id = m.media_id
       WHERE m.started_at >= :from AND m.started_at < :to AND m.media_id IS NOT NULL
       GROUP BY m.media_id, e.slug
      HAVING sum(m.stall_count) > 0
       ORDER BY stalls DESC, stall_ms DESC, m.media_id
       LIMIT :top
      """;

  private final Database database;

  VideoHealthQuery(Database database) {
    this.database = database;
  }

  VideoHealth run(UUID orgId, Window window) {
    return database.inOrg(orgId, handle -> run(handle, window));
  }

  private static VideoHealth run(Handle handle, Window window) {
    OffsetDateTime from = window.from().atOffset(ZoneOffset.UTC);
    OffsetDateTime to = window.to().atOffset(ZoneOffset.UTC);
    List<Exercise> top =
        handle
            .createQuery(TOP_STALLING)
            .bind("from", from)
            .bind("to", to)
            .bind("top", TOP)
            .map((row, context) -> exercise(row))
            .list();
    return handle
        .createQuery(FIGURES)
        .bind("from", from)
        .bind("to", to)
        .map((row, context) -> figures(row, window, top))
        .one();
  }

  private static VideoHealth figures(ResultSet row, Window window, List<Exercise> top)
      throws SQLException {
    long sessions = row.getLong("sessions");
    Map<String, Long> byStatus = new LinkedHashMap<>();
    for (String status : List.of("playing", "completed", "abandoned", "error")) {
      byStatus.put(status, row.getLong(status));
    }
    long started = row.getLong("started");
    long stallMs = row.getLong("stall_ms");
    long watchedMs = Math.round(row.getDouble("watched_ms"));
    return new VideoHealth(
        window.from().toString(),
        window.to().toString(),
        row.getInt("metrics_version"),
        sessions,
        byStatus,
        percentiles(row, "start_up"),
        percentiles(row, "ttfb"),
        new Rebuffering(
            started, row.getLong("stalls"), stallMs, watchedMs, ratio(stallMs, watchedMs)),
        Share.of(row.getLong("finished"), started),
        Share.of(row.getLong("start_failures"), sessions),
        Share.of(row.getLong("exits"), sessions),
        Share.of(row.getLong("failures"), sessions),
        top);
  }

  private static Exercise exercise(ResultSet row) throws SQLException {
    long stallMs = row.getLong("stall_ms");
    return new Exercise(
        row.getString("media_id"),
        row.getString("slug"),
        row.getLong("sessions"),
        row.getLong("stalls"),
        stallMs,
        ratio(stallMs, Math.round(row.getDouble("watched_ms"))));
  }

  private static Percentiles percentiles(ResultSet row, String name) throws SQLException {
    long n = row.getLong(name + "_n");
    if (n == 0) {
      return new Percentiles(0, null, null, null);
    }
    Double[] values = (Double[]) row.getArray(name).getArray();
    return new Percentiles(n, values[0], values[1], values[2]);
  }

  private static Double ratio(long stallMs, long watchedMs) {
    long both = stallMs + watchedMs;
    return both == 0 ? null : (double) stallMs / both;
  }
}
