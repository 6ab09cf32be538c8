package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Segment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Computes {@link DropOff}. The database sorts positions into the slots of the segment maps, so
 * that what comes over the wire is as small as the maps and not as large as the clinic.
 */
final class DropOffQuery {
  /** Those that a patient of this organisation played in the window. */
  private static final String RENDERS =
      """
      SELECT r.render_id, r.segments
        FROM exercise_renders r JOIN exercises e USING (exercise_id)
       WHERE e.slug = :slug AND r.segments IS NOT NULL
         AND r.render_id IN (
               SELECT s.render_id FROM media_session_metrics s
                WHERE s.render_id IS NOT NULL AND s.started_at >= :from AND s.started_at < :to
                  AND s.started_playing AND s.status <> 'playing')
      """;

  private static final String MAPS =
      """
      WITH maps AS (
        SELECT id, boundaries::double precision[] AS boundaries
          FROM unnest(:ids, :boundaries) AS m (id, boundaries))
      """;

  /** A session that completed came to the end, wherever its last heartbeat was. */
  private static final String SESSIONS =
      MAPS
          + ", last_stalls AS ("
          + Leaving.LAST_STALLS.formatted("b.render_id = ANY(:ids)")
          + ") SELECT s.render_id, "
          + Leaving.CASE
          + """
                  AS cause,
                 width_bucket(coalesce(s.final_position_seconds, s.max_position_seconds),
                              m.boundaries) AS stopped,
                 width_bucket(greatest(s.max_position_seconds, s.final_position_seconds),
                              m.boundaries) AS furthest,
                 count(*) AS sessions, max(s.metrics_version) AS metrics_version
            FROM media_session_metrics s JOIN maps m ON m.id = s.render_id
                 LEFT JOIN last_stalls l ON l.session_id = s.session_id
           WHERE s.render_id = ANY(:ids) AND s.started_at >= :from AND s.started_at < :to
             AND s.started_playing AND s.status <> 'playing'
           GROUP BY 1, 2, 3, 4
          """;

  private static final String STALLS =
      MAPS
          + """
          SELECT b.render_id, width_bucket(b.position_seconds, m.boundaries) AS slot,
                 count(*) AS stalls, coalesce(sum(b.duration_ms), 0)::bigint AS stall_ms
            FROM media_buffering_events b JOIN maps m ON m.id = b.render_id
           WHERE b.render_id = ANY(:ids) AND b.started_at >= :from AND b.started_at < :to
             AND b.position_seconds IS NOT NULL
           GROUP BY 1, 2
          """;

  private static final String WITHOUT_MAP =
      """
      SELECT count(*)
        FROM media_session_metrics s JOIN exercises e ON e.media_id = s.media_id
       WHERE e.slug = :slug AND s.started_at >= :from AND s.started_at < :to
         AND s.started_playing AND s.status <> 'playing'
         AND (s.render_id IS NULL OR s.render_id <> ALL(:ids))
      """;

  private final Database database;

  DropOffQuery(Database database) {
    this.database = database;
  }

  /** Empty when the catalogue has no such exercise. */
  Optional<DropOff> run(UUID orgId, String slug, Window window) {
    return database.inOrg(
        orgId,
        handle -> {
          boolean known =
              handle
                  .createQuery("SELECT EXISTS (SELECT FROM exercises WHERE slug = :slug)")
                  .bind("slug", slug)
                  .mapTo(Boolean.class)
                  .one();
          if (!known) {
            return Optional.empty();
          }
          QueryPlanning.forFigures(handle);
          return Optional.of(run(handle, slug, window));
        });
  }

  private static DropOff run(Handle handle, String slug, Window window) {
    Map<UUID, SegmentMap> maps = maps(handle, slug, window);
    DropOffTally tally = new DropOffTally();
    int metricsVersion = 0;
    if (!maps.isEmpty()) {
      maps.values().forEach(tally::render);
      List<Integer> versions =
          over(handle.createQuery(SESSIONS), maps, window)
              .map((row, context) -> tallySessions(tally, maps, row))
              .list();
      metricsVersion = versions.stream().mapToInt(Integer::intValue).max().orElse(0);
      over(handle.createQuery(STALLS), maps, window)
          .map((row, context) -> tallyStalls(tally, maps, row))
          .list();
    }
    long withoutMap =
        handle
            .createQuery(WITHOUT_MAP)
            .bind("slug", slug)
            .bind("ids", maps.keySet().toArray(UUID[]::new))
            .bind("from", Columns.utc(window.from()))
            .bind("to", Columns.utc(window.to()))
            .mapTo(Long.class)
            .one();
    return new DropOff(
        slug,
        new DropOff.Scope(window.fromText(), window.toText(), metricsVersion),
        tally.sessions(),
        VideoHealth.Share.of(tally.stoppedSessions(), tally.sessions()),
        withoutMap,
        maps.size(),
        tally.parts(),
        tally.mostStop());
  }

  private static Query over(Query query, Map<UUID, SegmentMap> maps, Window window) {
    return query
        .bind("ids", maps.keySet().toArray(UUID[]::new))
        .bind(
            "boundaries", maps.values().stream().map(SegmentMap::boundaries).toArray(String[]::new))
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()));
  }

  private static Map<UUID, SegmentMap> maps(Handle handle, String slug, Window window) {
    Map<UUID, SegmentMap> maps = new LinkedHashMap<>();
    handle
        .createQuery(RENDERS)
        .bind("slug", slug)
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()))
        .map(
            (row, context) ->
                maps.put(
                    row.getObject("render_id", UUID.class),
                    SegmentMap.of(segments(row.getString("segments")))))
        .list();
    maps.values().removeIf(SegmentMap::isEmpty);
    return maps;
  }

  private static List<Segment> segments(String json) throws SQLException {
    try {
      return Json.MAPPER.readValue(json, new TypeReference<List<Segment>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("a render's segments are JSON of another shape", e);
    }
  }

  /** The statements ask for the renders of these maps only. */
  private static SegmentMap map(Map<UUID, SegmentMap> maps, ResultSet row) throws SQLException {
    UUID renderId = row.getObject("render_id", UUID.class);
    return Objects.requireNonNull(
        maps.get(renderId), () -> "the render " + renderId + " has no segment map");
  }

  private static Integer tallySessions(
      DropOffTally tally, Map<UUID, SegmentMap> maps, ResultSet row) throws SQLException {
    SegmentMap map = map(maps, row);
    long sessions = row.getLong("sessions");
    String cause = row.getString("cause");
    if (cause == null) {
      tally.reached(map, map.slots().size() - 1, sessions);
    } else {
      tally.reached(map, row.getInt("furthest"), sessions);
      tally.stopped(map, row.getInt("stopped"), Words.read(Leaving.class, cause), sessions);
    }
    return row.getInt("metrics_version");
  }

  private static Long tallyStalls(DropOffTally tally, Map<UUID, SegmentMap> maps, ResultSet row)
      throws SQLException {
    SegmentMap map = map(maps, row);
    long stalls = row.getLong("stalls");
    tally.stalled(map, row.getInt("slot"), stalls, row.getLong("stall_ms"));
    return stalls;
  }
}
