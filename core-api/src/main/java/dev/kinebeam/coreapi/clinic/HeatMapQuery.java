package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Words;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Computes {@link HeatMap}. The database sorts sessions into hundredths of their videos. */
final class HeatMapQuery {
  /** What is wrong with a length or a position, NaN and infinity included, fails a comparison. */
  private static final String PLAYED =
      """
       WHERE s.media_id = :media AND s.started_at >= :from AND s.started_at < :to
       AND s.started_playing AND s.status <> 'playing'
      """;

  private static final String USABLE =
      """
      (s.total_duration_seconds > 0 AND s.total_duration_seconds <= 86400
        AND s.max_position_seconds >= 0 AND s.max_position_seconds <= 1e9
        AND coalesce(s.final_position_seconds, 0) BETWEEN 0 AND 1e9)\
      """;

  private static final String EXERCISE =
      """
      SELECT e.slug, e.display_name, e.media_id,
             (SELECT p.render_id FROM exercise_previews p
               WHERE p.exercise_id = e.exercise_id
               ORDER BY p.language = (SELECT o.locale FROM organizations o
                                       WHERE o.org_id = current_org()) DESC NULLS LAST, p.language
               LIMIT 1) AS preview
        FROM exercises e WHERE e.slug = :slug
      """;

  private static final String TOTALS =
      "SELECT count(*) AS all_sessions, count(*) FILTER (WHERE "
          + USABLE
          + ") AS n, count(*) FILTER (WHERE s.status = 'completed' AND "
          + USABLE
          + ") AS completed, count(*) FILTER (WHERE s.seeks > 0 AND "
          + USABLE
          + ") AS seeked, count(*) FILTER (WHERE s.events_missing > 0 AND "
          + USABLE
          + ") AS missing, coalesce(max(s.metrics_version), 0) AS metrics_version,"
          + " percentile_disc(0.5) WITHIN GROUP (ORDER BY s.total_duration_seconds) FILTER (WHERE "
          + USABLE
          + ") AS duration FROM media_session_metrics s"
          + PLAYED;

  /** One row for each hundredth that sessions reached, and one for each that they left in. */
  private static final String PLACES =
      "WITH last_stalls AS ("
          + Leaving.LAST_STALLS.formatted("b.media_id = :media")
          + """
          ), placed AS (
            SELECT CASE WHEN s.status = 'completed' THEN 100
                        ELSE least(100, ceil(100 * s.max_position_seconds
                                             / s.total_duration_seconds))::int END AS parts,
                   CASE WHEN s.status <> 'completed'
                        THEN least(99, floor(100 * coalesce(s.final_position_seconds,
                                                            s.max_position_seconds)
                                             / s.total_duration_seconds))::int END AS left_in,
                   CASE WHEN s.seeks = 0 OR s.max_position_seconds = 0 THEN 1
                        ELSE least(1, s.watched_duration_seconds / s.max_position_seconds)
                        END AS weight,
          """
          + Leaving.CASE
          + " AS cause FROM media_session_metrics s"
          + " LEFT JOIN last_stalls l ON l.session_id = s.session_id"
          + PLAYED
          + " AND "
          + USABLE
          + """
          )
          SELECT grouping(parts) = 0 AS reached, parts, left_in, cause, count(*) AS sessions,
                 sum(weight) AS weight
            FROM placed
           GROUP BY GROUPING SETS ((parts), (left_in, cause))
          """;

  private final Database database;

  HeatMapQuery(Database database) {
    this.database = database;
  }

  private record Exercise(HeatMap.Subject about, Optional<UUID> preview) {}

  private record Totals(
      long n,
      long completed,
      HeatMap.Completeness completeness,
      Optional<Double> duration,
      int version) {}

  /** Empty when the catalogue has no such exercise. */
  Optional<HeatMap> run(UUID orgId, String slug, Window window) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(EXERCISE)
                .bind("slug", slug)
                .map((row, context) -> exercise(row))
                .findOne()
                .map(exercise -> run(handle, exercise, window)));
  }

  private static HeatMap run(Handle handle, Exercise exercise, Window window) {
    QueryPlanning.forFigures(handle);
    Totals totals =
        over(handle.createQuery(TOTALS), exercise, window).map((row, context) -> totals(row)).one();
    HeatTally tally = new HeatTally();
    over(handle.createQuery(PLACES), exercise, window)
        .map((row, context) -> tallied(tally, row))
        .list();
    return new HeatMap(
        exercise.about,
        new DropOff.Scope(window.fromText(), window.toText(), totals.version),
        totals.n,
        VideoHealth.Share.of(totals.completed, totals.n),
        totals.completeness,
        totals.duration.orElse(null),
        tally.parts(totals.n),
        tally.most(totals.n),
        tally.least(totals.n),
        exercise.preview.orElse(null));
  }

  private static Query over(Query query, Exercise exercise, Window window) {
    return query
        .bind("media", exercise.about.mediaId())
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()));
  }

  private static Exercise exercise(ResultSet row) throws SQLException {
    return new Exercise(
        new HeatMap.Subject(
            row.getString("slug"), row.getString("display_name"), row.getString("media_id")),
        Optional.ofNullable(row.getObject("preview", UUID.class)));
  }

  private static Totals totals(ResultSet row) throws SQLException {
    long n = row.getLong("n");
    return new Totals(
        n,
        row.getLong("completed"),
        new HeatMap.Completeness(
            row.getLong("all_sessions") - n, row.getLong("seeked"), row.getLong("missing")),
        Optional.ofNullable(row.getObject("duration", Double.class)),
        row.getInt("metrics_version"));
  }

  private static Long tallied(HeatTally tally, ResultSet row) throws SQLException {
    long sessions = row.getLong("sessions");
    String cause = row.getString("cause");
    if (row.getBoolean("reached")) {
      tally.reached(row.getInt("parts"), sessions, row.getDouble("weight"));
    } else if (cause != null) {
      tally.left(row.getInt("left_in"), Words.read(Leaving.class, cause), sessions);
    }
    return sessions;
  }
}
