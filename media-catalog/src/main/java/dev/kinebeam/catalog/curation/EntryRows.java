package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads exercises with all of their parts, each in one row. */
final class EntryRows {
  /** To be continued with a condition on {@code e}. */
  static final String SELECT =
      """
      SELECT e.*,
             jsonb_build_object(
               'display_name', e.display_name, 'description', e.description,
               'translations', e.translations, 'difficulty', e.difficulty, 'tracking', e.tracking,
               'categories', (SELECT coalesce(jsonb_agg(c.slug), '[]')
                                FROM exercise_tags AS t JOIN exercise_categories AS c USING (category_id)
                               WHERE t.exercise_id = e.exercise_id),
               'body_regions', (SELECT coalesce(jsonb_agg(b.slug), '[]')
                                  FROM exercise_tags AS t
                                  JOIN exercise_body_regions AS b USING (body_region_id)
                                 WHERE t.exercise_id = e.exercise_id),
               'equipment', (SELECT coalesce(jsonb_agg(q.slug), '[]')
                               FROM exercise_tags AS t JOIN exercise_equipment AS q USING (equipment_id)
                              WHERE t.exercise_id = e.exercise_id),
               'instructions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                         'kind', i.kind, 'text', i.texts, 'image_key', i.image_key)
                                         ORDER BY i.position), '[]')
                                  FROM exercise_instructions AS i WHERE i.exercise_id = e.exercise_id),
               'contraindications', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                              'severity', c.severity, 'text', c.texts)
                                              ORDER BY c.position), '[]')
                                       FROM exercise_contraindications AS c
                                      WHERE c.exercise_id = e.exercise_id))::text AS content,
             (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'language', p.language, 'render_id', p.render_id,
                       'asset_version', p.asset_version) ORDER BY p.language), '[]')
                FROM exercise_previews AS p WHERE p.exercise_id = e.exercise_id)::text AS previews,
             (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'language', o.language, 'render_id', o.render_id,
                       'asset_version', o.asset_version, 'status', r.status,
                       'error', o.error)) ORDER BY o.position), '[]')
                FROM preview_orders AS o JOIN exercise_renders AS r USING (render_id)
               WHERE o.exercise_id = e.exercise_id)::text AS ordered
        FROM exercises AS e
      """;

  private EntryRows() {}

  static Optional<CatalogueEntry> find(Handle handle, UUID id) {
    return handle
        .createQuery(SELECT + " WHERE e.exercise_id = :id")
        .bind("id", id)
        .map(EntryRows::entry)
        .findOne();
  }

  static Optional<CatalogueEntry> find(Handle handle, String slug) {
    return handle
        .createQuery(SELECT + " WHERE e.slug = :slug")
        .bind("slug", slug)
        .map(EntryRows::entry)
        .findOne();
  }

  static CatalogueEntry require(Handle handle, UUID id) {
    return find(handle, id)
        .orElseThrow(() -> new IllegalStateException("exercise " + id + " is in no row any more"));
  }

  static List<CatalogueEntry> list(Handle handle, ExerciseFilter filter, int most) {
    return handle
        .createQuery(
            SELECT
                + """
                 WHERE (:status::text IS NULL OR e.status = :status)
                   AND (:kind::text IS NULL OR e.kind = :kind)
                   AND (:query::text IS NULL OR e.search @@ (SELECT search_query(:query)))
                   AND (:after::text IS NULL OR e.slug COLLATE "C" > :after)
                 ORDER BY e.slug COLLATE "C" LIMIT :most
                """)
        .bind("status", filter.status().map(Words::write).orElse(null))
        .bind("kind", filter.kind().map(Words::write).orElse(null))
        .bind("query", filter.query().orElse(null))
        .bind("after", filter.after().orElse(null))
        .bind("most", most)
        .map(EntryRows::entry)
        .list();
  }

  static CatalogueEntry entry(ResultSet row, StatementContext context) throws SQLException {
    return new CatalogueEntry(
        row.getObject("exercise_id", UUID.class),
        new CatalogueEntry.Key(
            row.getString("slug"),
            Words.read(Exercises.Kind.class, row.getString("kind")),
            Optional.ofNullable(row.getObject("org_id", UUID.class))),
        Words.read(Exercises.Status.class, row.getString("status")),
        row.getInt("revision"),
        ContentReader.stored(json(row, "content")),
        new CatalogueEntry.Video(
            row.getString("media_id"),
            row.getInt("asset_version"),
            Optional.ofNullable(row.getObject("catalog_render_id", UUID.class)),
            json(row, "previews"),
            json(row, "ordered")),
        new CatalogueEntry.History(
            Optional.ofNullable(row.getString("publish_error")),
            Optional.ofNullable(row.getObject("replaced_by", UUID.class)),
            instant(row, "created_at"),
            row.getString("created_by"),
            instant(row, "updated_at"),
            row.getString("updated_by")));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static JsonNode json(ResultSet row, String column) throws SQLException {
    try {
      return Json.MAPPER.readTree(row.getString(column));
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL wrote JSON that is none", e);
    }
  }
}
