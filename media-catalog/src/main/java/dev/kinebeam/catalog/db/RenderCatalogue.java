package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** What the render cache knows of exercises as a whole: for bulk renders and their estimates. */
public final class RenderCatalogue {
  private static final int RENDERS_TO_LEARN_FROM = 20;
  private static final int MEASURED_RENDERS = 200;

  private final Database database;

  public RenderCatalogue(Database database) {
    this.database = database;
  }

  /** The exercise's present asset version; empty when there is no such exercise. */
  public Optional<Integer> assetVersion(String slug) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT asset_version FROM exercises WHERE slug = :slug")
                .bind("slug", slug)
                .mapTo(Integer.class)
                .findOne());
  }

  /**
   * Segments of the exercise's latest renders, the latest first; the lengths of its parts are
   * derived from them.
   */
  public List<Segment> segmentsOf(String slug) {
    List<String> stored =
        database.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT segments::text
                          FROM exercise_renders JOIN exercises USING (exercise_id)
                         WHERE slug = :slug AND exercise_renders.status = 'ready'
                           AND segments IS NOT NULL
                         ORDER BY finished_at DESC LIMIT :limit
                        """)
                    .bind("slug", slug)
                    .bind("limit", RENDERS_TO_LEARN_FROM)
                    .mapTo(String.class)
                    .list());
    List<Segment> segments = new ArrayList<>();
    for (String json : stored) {
      try {
        segments.addAll(Json.MAPPER.readValue(json, new TypeReference<List<Segment>>() {}));
      } catch (IOException e) {
        throw new IllegalStateException("a render's row holds segments of another shape", e);
      }
    }
    return segments;
  }

  /**
   * What the latest measured renders took together, of whatever exercises.
   *
   * @param videoSeconds their length
   */
  public record Measured(int renders, double videoSeconds, Render.Spent spent) {}

  /** The latest 200 renders whose cost is known; empty when there is none. */
  public Optional<Measured> measured() {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT count(*)::int AS renders, sum(duration_seconds) AS seconds,
                           sum(bytes)::bigint AS bytes, sum(compose_seconds) AS compose,
                           sum(publish_seconds) AS publish
                      FROM (SELECT * FROM exercise_renders
                             WHERE status = 'ready' AND bytes IS NOT NULL
                             ORDER BY finished_at DESC LIMIT :limit) AS latest
                    HAVING count(*) > 0
                    """)
                .bind("limit", MEASURED_RENDERS)
                .map(
                    (row, context) ->
                        new Measured(
                            row.getInt("renders"),
                            row.getDouble("seconds"),
                            new Render.Spent(
                                row.getLong("bytes"),
                                row.getDouble("compose"),
                                row.getDouble("publish"))))
                .findOne());
  }

  /** How many of these renders have each status; those without a row are in none. */
  public Map<Render.Status, Integer> progress(Collection<UUID> renderIds) {
    return database.inTransaction(
        handle ->
            byStatus(
                handle
                    .createQuery(
                        """
                        SELECT status, count(*)::int AS renders FROM exercise_renders
                         WHERE render_id = ANY(:ids) GROUP BY status
                        """)
                    .bind("ids", renderIds.toArray(new UUID[0]))));
  }

  /**
   * How many renders of the exercises' present asset versions have each status.
   *
   * @param slugs of these exercises; empty for all of composed videos that are not archived
   */
  public Map<Render.Status, Integer> progressOfExercises(Collection<String> slugs) {
    return database.inTransaction(
        handle ->
            byStatus(
                handle
                    .createQuery(
                        """
                        SELECT r.status, count(*)::int AS renders
                          FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
                         WHERE r.asset_version = e.asset_version
                           AND CASE WHEN cardinality(:slugs) = 0
                                    THEN e.kind = 'reps_based' AND e.status <> 'archived'
                                    ELSE e.slug = ANY(:slugs) END
                         GROUP BY r.status
                        """)
                    .bind("slugs", slugs.toArray(new String[0]))));
  }

  private static Map<Render.Status, Integer> byStatus(Query query) {
    Map<Render.Status, Integer> counts = new EnumMap<>(Render.Status.class);
    query
        .map(
            (row, context) ->
                Map.entry(
                    Words.read(Render.Status.class, row.getString("status")),
                    row.getInt("renders")))
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /**
   * Shows this render where patients meet the exercise outside of a prescription, when it is ready
   * and of the exercise's present asset version.
   */
  static void showAsPreview(Handle handle, ComposeOrder order) {
    handle.execute(
        """
        SELECT show_preview(r.render_id, false)
          FROM exercise_renders AS r JOIN exercises AS e USING (exercise_id)
         WHERE r.render_id = ? AND r.status = 'ready' AND r.asset_version = e.asset_version
        """,
        order.renderId());
  }
}
