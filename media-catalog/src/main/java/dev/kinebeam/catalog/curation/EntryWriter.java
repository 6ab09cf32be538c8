package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.ExerciseContent.Tags;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Writes exercises and their parts within a transaction; only what differs is written. */
final class EntryWriter {
  private EntryWriter() {}

  /** A draft to be entered. */
  record Draft(
      UUID id,
      String slug,
      Exercises.Kind kind,
      Optional<UUID> organisation,
      ExerciseContent content) {}

  /**
   * Enters a draft.
   *
   * @return whether it is new; false when the slug or the id is taken, and nothing is written
   */
  static boolean insert(Handle handle, Draft draft) {
    boolean isNew =
        bindNames(
                    handle
                        .createUpdate(
                            """
                            INSERT INTO exercises
                                   (exercise_id, slug, kind, org_id, display_name, description,
                                    translations, difficulty, tracking)
                            VALUES (:id, :slug, :kind, :org::uuid, :name, :description,
                                    :translations::jsonb, :difficulty, :tracking::jsonb)
                            ON CONFLICT DO NOTHING
                            """)
                        .bind("slug", draft.slug)
                        .bind("kind", Words.write(draft.kind))
                        .bind("org", draft.organisation.map(UUID::toString).orElse(null)),
                    draft.id,
                    draft.content)
                .execute()
            == 1;
    if (isNew) {
      writeTags(handle, draft.id, draft.content.tags());
      writeInstructions(handle, draft.id, draft.content);
      writeContraindications(handle, draft.id, draft.content);
    }
    return isNew;
  }

  /** Writes what differs; the revision rises whatever differs. The contents are not equal. */
  static void update(Handle handle, UUID id, ExerciseContent before, ExerciseContent after) {
    bindNames(
            handle.createUpdate(
                """
                UPDATE exercises
                   SET display_name = :name, description = :description,
                       translations = :translations::jsonb, difficulty = :difficulty,
                       tracking = :tracking::jsonb, revision = revision + 1
                 WHERE exercise_id = :id
                """),
            id,
            after)
        .execute();
    if (!before.tags().equals(after.tags())) {
      delete(handle, "exercise_tags", id);
      writeTags(handle, id, after.tags());
    }
    if (!before.instructions().equals(after.instructions())) {
      delete(handle, "exercise_instructions", id);
      writeInstructions(handle, id, after);
    }
    if (!before.contraindications().equals(after.contraindications())) {
      delete(handle, "exercise_contraindications", id);
      writeContraindications(handle, id, after);
    }
  }

  /** The tags that are not in the vocabulary. */
  static List<FieldError> unknownTags(Handle handle, Tags tags) {
    List<FieldError> errors = new ArrayList<>();
    for (Taxonomy taxonomy : Taxonomy.values()) {
      if (taxonomy.of(tags).isEmpty()) {
        continue;
      }
      handle
          .createQuery(
              "SELECT slug FROM unnest(:slugs) AS slug"
                  + " WHERE slug NOT IN (SELECT slug FROM "
                  + taxonomy.table()
                  + ")")
          .bind("slugs", taxonomy.of(tags).toArray(new String[0]))
          .mapTo(String.class)
          .forEach(
              slug ->
                  errors.add(
                      new FieldError(
                          taxonomy.field(),
                          "unknown_term",
                          "%s names %s, which is not in the vocabulary; enter it there first"
                              .formatted(taxonomy.field(), slug))));
    }
    return errors;
  }

  private static <S extends SqlStatement<S>> S bindNames(
      S statement, UUID id, ExerciseContent content) {
    return statement
        .bind("id", id)
        .bind("name", content.names().displayName())
        .bind("description", content.names().description())
        .bind("translations", text(content.translations()))
        .bind("difficulty", content.difficulty().orElse(null))
        .bind("tracking", content.tracking().map(EntryWriter::text).orElse(null));
  }

  private static void writeTags(Handle handle, UUID id, Tags tags) {
    for (Taxonomy taxonomy : Taxonomy.values()) {
      List<String> slugs = taxonomy.of(tags);
      if (!slugs.isEmpty()) {
        handle
            .createUpdate(
                "INSERT INTO exercise_tags (exercise_id, %1$s) SELECT :id, %1$s FROM %2$s WHERE slug = ANY(:slugs)"
                    .formatted(taxonomy.column(), taxonomy.table()))
            .bind("id", id)
            .bind("slugs", slugs.toArray(new String[0]))
            .execute();
      }
    }
  }

  private static void writeInstructions(Handle handle, UUID id, ExerciseContent content) {
    if (!content.instructions().isEmpty()) {
      handle
          .createUpdate(
              """
              INSERT INTO exercise_instructions (exercise_id, position, kind, texts, image_key)
              SELECT :id, n - 1, one->>'kind', one->'text', one->>'image_key'
                FROM jsonb_array_elements(:all::jsonb) WITH ORDINALITY AS listed (one, n)
              """)
          .bind("id", id)
          .bind("all", text(content.instructionsJson()))
          .execute();
    }
  }

  private static void writeContraindications(Handle handle, UUID id, ExerciseContent content) {
    if (!content.contraindications().isEmpty()) {
      handle
          .createUpdate(
              """
              INSERT INTO exercise_contraindications (exercise_id, position, severity, texts)
              SELECT :id, n - 1, one->>'severity', one->'text'
                FROM jsonb_array_elements(:all::jsonb) WITH ORDINALITY AS listed (one, n)
              """)
          .bind("id", id)
          .bind("all", text(content.contraindicationsJson()))
          .execute();
    }
  }

  private static void delete(Handle handle, String table, UUID id) {
    handle.execute("DELETE FROM " + table + " WHERE exercise_id = ?", id);
  }

  static String text(JsonNode json) {
    return new String(Json.bytes(json), StandardCharsets.UTF_8);
  }
}
