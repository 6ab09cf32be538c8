package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jdbi.v3.core.Handle;

/** The words that exercises are found by: the platform's, in every language. */
public record Vocabulary(Database database) {
  private static final Set<String> FIELDS = Set.of("slug", "name", "translations");
  private static final int LONGEST_NAME = 100;

  /**
   * A word.
   *
   * @param translations {@code {"ro": {"name": …}}}
   * @param revision counts its changes
   */
  public record Term(UUID id, String slug, String name, JsonNode translations, int revision) {}

  /** All words of a part, by their slugs. */
  public List<Term> list(Taxonomy taxonomy) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    "SELECT *, %s AS id FROM %s ORDER BY slug COLLATE \"C\""
                        .formatted(taxonomy.column(), taxonomy.table()))
                .map((row, context) -> term(row))
                .list());
  }

  /** The word with this id. */
  public Optional<Term> find(Taxonomy taxonomy, UUID id) {
    return database.inTransaction(handle -> find(handle, taxonomy, id));
  }

  /** Enters a word: {@code slug}, {@code name} and {@code translations}. */
  public Term add(Curator curator, Taxonomy taxonomy, JsonNode fields) throws Refused {
    check(fields, true);
    UUID id = UUID.randomUUID();
    return database.inTransaction(
        handle -> {
          curator.sign(handle);
          boolean added =
              handle
                      .createUpdate(
                          """
                          INSERT INTO %s (%s, slug, name, translations)
                          VALUES (:id, :slug, :name, :translations::jsonb) ON CONFLICT DO NOTHING
                          """
                              .formatted(taxonomy.table(), taxonomy.column()))
                      .bind("id", id)
                      .bind("slug", fields.path("slug").asText())
                      .bind("name", fields.path("name").asText().strip())
                      .bind("translations", translations(fields))
                      .execute()
                  == 1;
          if (!added) {
            throw Refused.conflict(
                "slug",
                "taken",
                "slug is %s, which another word of %s has"
                    .formatted(fields.path("slug").asText(), taxonomy.field()));
          }
          return find(handle, taxonomy, id).orElseThrow();
        });
  }

  /**
   * Changes a word's name or translations; its slug stays.
   *
   * @return empty when there is none
   */
  public Optional<Term> change(
      Curator curator, Taxonomy taxonomy, UUID id, JsonNode fields, IntPredicate precondition)
      throws Refused {
    check(fields, false);
    return database.inTransaction(
        handle -> {
          curator.sign(handle);
          Optional<Term> present = locked(handle, taxonomy, id, precondition);
          if (present.isEmpty()) {
            return present;
          }
          String name =
              fields.has("name") ? fields.path("name").asText().strip() : present.get().name();
          String translations =
              fields.has("translations")
                  ? translations(fields)
                  : EntryWriter.text(present.get().translations());
          handle
              .createUpdate(
                  """
                  UPDATE %s SET name = :name, translations = :translations::jsonb,
                         revision = revision + 1
                   WHERE %s = :id
                     AND (name, translations) IS DISTINCT FROM (:name, :translations::jsonb)
                  """
                      .formatted(taxonomy.table(), taxonomy.column()))
              .bind("id", id)
              .bind("name", name)
              .bind("translations", translations)
              .execute();
          return find(handle, taxonomy, id);
        });
  }

  /**
   * Removes a word that no exercise has.
   *
   * @return whether there was one
   */
  public boolean remove(Curator curator, Taxonomy taxonomy, UUID id, IntPredicate precondition)
      throws Refused {
    return database.inTransaction(
        handle -> {
          curator.sign(handle);
          if (locked(handle, taxonomy, id, precondition).isEmpty()) {
            return false;
          }
          int users =
              handle
                  .createQuery(
                      "SELECT count(*) FROM exercise_tags WHERE " + taxonomy.column() + " = :id")
                  .bind("id", id)
                  .mapTo(Integer.class)
                  .one();
          if (users > 0) {
            throw Refused.conflict(
                "", "in_use", users + " exercises have this word; take it from them first");
          }
          handle.execute(
              "DELETE FROM %s WHERE %s = ?".formatted(taxonomy.table(), taxonomy.column()), id);
          return true;
        });
  }

  private static Optional<Term> locked(
      Handle handle, Taxonomy taxonomy, UUID id, IntPredicate precondition) throws Refused {
    Optional<Term> present =
        handle
            .createQuery(
                "SELECT *, %1$s AS id FROM %2$s WHERE %1$s = :id FOR UPDATE"
                    .formatted(taxonomy.column(), taxonomy.table()))
            .bind("id", id)
            .map((row, context) -> term(row))
            .findOne();
    if (present.isPresent() && !precondition.test(present.get().revision())) {
      throw Refused.stale(present.get().revision());
    }
    return present;
  }

  private static Optional<Term> find(Handle handle, Taxonomy taxonomy, UUID id) {
    return handle
        .createQuery(
            "SELECT *, %1$s AS id FROM %2$s WHERE %1$s = :id"
                .formatted(taxonomy.column(), taxonomy.table()))
        .bind("id", id)
        .map((row, context) -> term(row))
        .findOne();
  }

  private static void check(JsonNode fields, boolean isNew) throws Refused {
    Fields errors = new Fields();
    errors.requireObject(fields, "", isNew ? FIELDS : Set.of("name", "translations"));
    if (isNew && !Recipe.isSlug(fields.path("slug").asText())) {
      errors.add(
          "slug",
          "bad_format",
          "slug is "
              + Fields.shown(fields.path("slug"))
              + "; it must be lower-case words joined by hyphens");
    }
    if (isNew || fields.has("name")) {
      checkName(fields.path("name"), "name", errors);
    }
    JsonNode translations = fields.path("translations");
    if (!translations.isMissingNode() && !translations.isObject()) {
      errors.add("translations", "wrong_type", "translations must be an object by languages");
    }
    translations
        .properties()
        .forEach(one -> checkTranslation(one.getKey(), one.getValue(), errors));
    if (!errors.all().isEmpty()) {
      throw Refused.invalid(errors.all());
    }
  }

  private static void checkTranslation(String language, JsonNode translation, Fields errors) {
    String at = "translations." + Fields.cut(language);
    if (!Recipe.isLanguage(language)) {
      errors.add(at, "bad_format", at + " names no language; a language is a code such as ro");
    }
    errors.requireObject(translation, at, Set.of("name"));
    checkName(translation.path("name"), at + ".name", errors);
  }

  private static void checkName(JsonNode name, String at, Fields errors) {
    if (!name.isTextual() || name.asText().isBlank()) {
      errors.add(at, "required", at + " is missing or blank; name the word");
    } else {
      PlainText.error(at, name.asText(), LONGEST_NAME, false).ifPresent(errors::add);
    }
  }

  private static String translations(JsonNode fields) {
    JsonNode given = fields.path("translations");
    return given.isMissingNode() ? "{}" : EntryWriter.text(given);
  }

  private static Term term(ResultSet row) throws SQLException {
    try {
      return new Term(
          row.getObject("id", UUID.class),
          row.getString("slug"),
          row.getString("name"),
          Json.MAPPER.readTree(row.getString("translations")),
          row.getInt("revision"));
    } catch (JsonProcessingException e) {
      throw new SQLException("PostgreSQL wrote JSON that is none", e);
    }
  }
}
