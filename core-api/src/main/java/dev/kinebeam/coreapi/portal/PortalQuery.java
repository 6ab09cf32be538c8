package dev.kinebeam.coreapi.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Published exercises with a preview that can be played, in the order of their names in the
 * caller's language.
 */
record PortalQuery(Database database) {
  /**
   * What is looked for; what is empty does not filter.
   *
   * @param hosts that addresses can be signed for
   * @param query words that the patient typed
   */
  record Search(
      UUID organisation,
      Languages languages,
      Set<String> hosts,
      Optional<String> query,
      Filters filters,
      Optional<PortalCursor> after) {}

  /** By the slugs of the vocabulary and the difficulty. */
  record Filters(
      Optional<String> category,
      Optional<String> bodyRegion,
      Optional<String> equipment,
      Optional<Integer> difficulty) {}

  /**
   * An exercise.
   *
   * @param details names, texts and words of the vocabulary in all languages
   */
  record Found(
      UUID id, String slug, String kind, String sortKey, Preview preview, JsonNode details) {}

  /** The preview that the caller gets. */
  record Preview(
      String language,
      UUID renderId,
      int assetVersion,
      String mediaId,
      String host,
      String hostVideoId,
      double durationSeconds) {}

  /** The words are read in a subquery: once, and not for every exercise. */
  private static final String SQL =
      """
      WITH page AS (
        SELECT e.exercise_id, k.sort_key
          FROM exercises AS e
         CROSS JOIN LATERAL (
               SELECT coalesce(e.sort_keys ->> (:languages)[1], e.sort_keys ->> (:languages)[2],
                               e.sort_keys ->> (:languages)[3], e.sort_keys ->> (:languages)[4],
                               e.sort_keys ->> (:languages)[5], e.sort_keys ->> (:languages)[6],
                               e.sort_keys ->> '') COLLATE "C" AS sort_key) AS k
         WHERE e.status = 'published'
           AND e.exercise_id IN (SELECT p.exercise_id
                                   FROM exercise_previews AS p JOIN exercise_renders AS r USING (render_id)
                                  WHERE r.status = 'ready' AND r.host = ANY(:hosts))
           AND (:query::text IS NULL OR e.search @@ (SELECT search_query(:query)))
           AND (:difficulty::int IS NULL OR e.difficulty = :difficulty)
           AND (:category::text IS NULL OR e.exercise_id IN (
                 SELECT t.exercise_id FROM exercise_tags AS t JOIN exercise_categories AS c USING (category_id)
                  WHERE c.slug = :category))
           AND (:region::text IS NULL OR e.exercise_id IN (
                 SELECT t.exercise_id FROM exercise_tags AS t
                   JOIN exercise_body_regions AS b USING (body_region_id) WHERE b.slug = :region))
           AND (:equipment::text IS NULL OR e.exercise_id IN (
                 SELECT t.exercise_id FROM exercise_tags AS t JOIN exercise_equipment AS q USING (equipment_id)
                  WHERE q.slug = :equipment))
           AND (:afterKey::text IS NULL
                OR (k.sort_key, e.exercise_id) > (:afterKey COLLATE "C", :afterId::uuid))
         ORDER BY k.sort_key, e.exercise_id LIMIT :most)
      SELECT e.exercise_id, e.slug, e.kind, e.media_id, page.sort_key, shown.*,
             jsonb_build_object(
               'display_name', e.display_name, 'description', e.description,
               'translations', e.translations, 'difficulty', e.difficulty,
               'categories', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                       'slug', c.slug, 'name', c.name, 'translations', c.translations)
                                       ORDER BY c.slug), '[]')
                                FROM exercise_tags AS t JOIN exercise_categories AS c USING (category_id)
                               WHERE t.exercise_id = e.exercise_id),
               'body_regions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                         'slug', b.slug, 'name', b.name, 'translations', b.translations)
                                         ORDER BY b.slug), '[]')
                                  FROM exercise_tags AS t
                                  JOIN exercise_body_regions AS b USING (body_region_id)
                                 WHERE t.exercise_id = e.exercise_id),
               'equipment', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                      'slug', q.slug, 'name', q.name, 'translations', q.translations)
                                      ORDER BY q.slug), '[]')
                               FROM exercise_tags AS t JOIN exercise_equipment AS q USING (equipment_id)
                              WHERE t.exercise_id = e.exercise_id),
               'instructions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                         'kind', i.kind, 'texts', i.texts) ORDER BY i.position), '[]')
                                  FROM exercise_instructions AS i WHERE i.exercise_id = e.exercise_id),
               'contraindications', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                              'severity', c.severity, 'texts', c.texts)
                                              ORDER BY c.position), '[]')
                                       FROM exercise_contraindications AS c
                                      WHERE c.exercise_id = e.exercise_id))::text AS details
        FROM page JOIN exercises AS e USING (exercise_id)
       CROSS JOIN LATERAL (
             SELECT p.language, p.render_id, p.asset_version, r.host, r.host_video_id, r.duration_seconds
               FROM exercise_previews AS p JOIN exercise_renders AS r USING (render_id)
              WHERE p.exercise_id = e.exercise_id AND r.status = 'ready' AND r.host = ANY(:hosts)
              ORDER BY array_position(:languages, p.language) NULLS LAST,
                       p.render_id IS DISTINCT FROM e.catalog_render_id, p.language
              LIMIT 1) AS shown
       ORDER BY page.sort_key, page.exercise_id
      """;

  List<Found> run(Search search, int most) {
    return database.inOrg(
        search.organisation,
        handle ->
            handle
                .createQuery(SQL)
                .bind("languages", search.languages.favoured().toArray(new String[0]))
                .bind("hosts", search.hosts.toArray(new String[0]))
                .bind("query", search.query.orElse(null))
                .bind("difficulty", search.filters.difficulty.orElse(null))
                .bind("category", search.filters.category.orElse(null))
                .bind("region", search.filters.bodyRegion.orElse(null))
                .bind("equipment", search.filters.equipment.orElse(null))
                .bind("afterKey", search.after.map(PortalCursor::sortKey).orElse(null))
                .bind("afterId", search.after.map(end -> end.id().toString()).orElse(null))
                .bind("most", most)
                .map((row, context) -> found(row))
                .list());
  }

  private static Found found(ResultSet row) throws SQLException {
    try {
      return new Found(
          row.getObject("exercise_id", UUID.class),
          row.getString("slug"),
          row.getString("kind"),
          row.getString("sort_key"),
          new Preview(
              row.getString("language"),
              row.getObject("render_id", UUID.class),
              row.getInt("asset_version"),
              row.getString("media_id"),
              row.getString("host"),
              row.getString("host_video_id"),
              row.getDouble("duration_seconds")),
          Json.MAPPER.readTree(row.getString("details")));
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL wrote JSON that is none", e);
    }
  }
}
