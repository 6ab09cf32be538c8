package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Recipe;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jdbi.v3.core.Handle;

/**
 * Exercises as those who curate them enter and change them. An organisation sees those that are for
 * all and its own, and changes its own; the platform changes all. Every change is in the audit log
 * with its curator. Each method is one transaction.
 *
 * @param database of the organisations' callers, or of administrators
 */
public record ExerciseStore(Database database) {
  private static final Set<String> KEYS = Set.of("slug", "kind");

  /** The exercise with this id. */
  public Optional<CatalogueEntry> find(Curator curator, UUID id) {
    return database.inOrgOf(curator.organisation(), handle -> EntryRows.find(handle, id));
  }

  /** The exercise with this slug. */
  public Optional<CatalogueEntry> find(Curator curator, String slug) {
    return database.inOrgOf(curator.organisation(), handle -> EntryRows.find(handle, slug));
  }

  /** Exercises by their slugs. */
  public List<CatalogueEntry> list(Curator curator, ExerciseFilter filter, int most) {
    return database.inOrgOf(curator.organisation(), handle -> EntryRows.list(handle, filter, most));
  }

  /**
   * A draft that was entered.
   *
   * @param isNew false when the same request entered it before
   */
  public record Created(CatalogueEntry entry, boolean isNew) {}

  /**
   * Enters a draft: {@code kind}, the fields of {@link ContentReader#FIELDS}, and of one that is
   * for all its {@code slug}; that of an organisation's own is made of its name.
   *
   * @param idempotencyKey by which a repeated request is known
   */
  public Created create(Curator curator, JsonNode fields, Optional<String> idempotencyKey)
      throws Refused {
    ExerciseContent content = checked(fields, KEYS);
    String owner = curator.organisation().map(UUID::toString).orElse("platform");
    UUID id = idempotencyKey.map(key -> Slugs.id(owner, key)).orElseGet(UUID::randomUUID);
    Exercises.Kind kind = kind(fields.path("kind"));
    String slug = slug(curator, fields.path("slug"), content, id);
    return writing(
        curator,
        handle -> {
          requireTags(handle, content);
          EntryWriter.Draft draft =
              new EntryWriter.Draft(id, slug, kind, curator.organisation(), content);
          if (EntryWriter.insert(handle, draft)) {
            return new Created(EntryRows.require(handle, id), true);
          }
          CatalogueEntry present =
              EntryRows.find(handle, id)
                  .orElseThrow(
                      () ->
                          Refused.conflict(
                              "slug",
                              "taken",
                              "slug is " + slug + ", which another exercise has; choose another"));
          requireSame(present, draft);
          return new Created(present, false);
        });
  }

  /** Of an exercise that was changed since, what cannot change is compared. */
  private static void requireSame(CatalogueEntry present, EntryWriter.Draft draft) throws Refused {
    boolean same =
        present.key().slug().equals(draft.slug())
            && present.key().kind() == draft.kind()
            && (present.revision() > 1 || present.content().equals(draft.content()));
    if (!same) {
      throw Refused.conflict(
          "Idempotency-Key",
          "reused",
          "Idempotency-Key is that of another request, which entered %s; take a new key"
              .formatted(present.key().slug()));
    }
  }

  /**
   * Changes the fields that are given; a list or an object takes the place of the present one.
   *
   * @param precondition of the present revision
   * @return empty when there is no such exercise
   */
  public Optional<CatalogueEntry> change(
      Curator curator, UUID id, JsonNode fields, IntPredicate precondition) throws Refused {
    requireKnown(fields, Set.of());
    return writing(
        curator,
        handle -> {
          Optional<CatalogueEntry> locked = locked(handle, curator, id, precondition);
          if (locked.isEmpty()) {
            return locked;
          }
          ExerciseContent before = locked.get().content();
          ExerciseContent after = overlaid(before, fields);
          if (after.equals(before)) {
            return locked;
          }
          requireTags(handle, after);
          EntryWriter.update(handle, id, before, after);
          return EntryRows.find(handle, id);
        });
  }

  /**
   * Takes a step that needs no preview.
   *
   * @return the exercise as it stands; empty when there is none
   */
  public Optional<CatalogueEntry> step(
      Curator curator, UUID id, Lifecycle.Step step, IntPredicate precondition) throws Refused {
    return writing(
        curator,
        handle -> {
          Optional<CatalogueEntry> locked = locked(handle, curator, id, precondition);
          if (locked.isPresent()) {
            move(handle, locked.get(), step);
          }
          return EntryRows.find(handle, id);
        });
  }

  private static void move(Handle handle, CatalogueEntry entry, Lifecycle.Step step)
      throws Refused {
    Lifecycle.Verdict verdict = Lifecycle.after(entry.status(), step);
    if (verdict instanceof Lifecycle.Verdict.Refused refused) {
      throw Refused.conflict("status", "not_allowed", refused.reason());
    }
    if (verdict instanceof Lifecycle.Verdict.MovesTo to) {
      handle.execute("DELETE FROM preview_orders WHERE exercise_id = ?", entry.id());
      // Whoever restores a merged exercise takes the merge back.
      handle.execute(
          """
          UPDATE exercises SET status = ?, publish_error = NULL,
                 replaced_by = CASE WHEN ? THEN NULL ELSE replaced_by END
           WHERE exercise_id = ?
          """,
          Words.write(to.status()),
          step == Lifecycle.Step.RESTORE,
          entry.id());
    }
  }

  /** Runs {@code work} in a transaction that the audit log ascribes to the curator. */
  <T> T writing(Curator curator, Work<T> work) throws Refused {
    return database.inOrgOf(
        curator.organisation(),
        handle -> {
          curator.sign(handle);
          return work.in(handle);
        });
  }

  /** What is done within a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Handle handle) throws Refused;
  }

  /**
   * The exercise, locked until the transaction ends.
   *
   * @throws Refused when it is not the curator's to change, or the precondition fails
   */
  static Optional<CatalogueEntry> locked(
      Handle handle, Curator curator, UUID id, IntPredicate precondition) throws Refused {
    Optional<CatalogueEntry> seen = EntryRows.find(handle, id);
    if (seen.isEmpty()) {
      return seen;
    }
    if (curator.organisation().isPresent()
        && !seen.get().key().organisation().equals(curator.organisation())) {
      throw Refused.forbidden("this exercise is for all; the platform changes it");
    }
    handle
        .createQuery("SELECT 1 FROM exercises WHERE exercise_id = :id FOR NO KEY UPDATE")
        .bind("id", id)
        .mapTo(Integer.class)
        .one();
    CatalogueEntry present = EntryRows.require(handle, id);
    if (!precondition.test(present.revision())) {
      throw Refused.stale(present.revision());
    }
    return Optional.of(present);
  }

  static ExerciseContent overlaid(ExerciseContent before, JsonNode fields) throws Refused {
    ObjectNode merged = before.toJson();
    for (String field : ContentReader.FIELDS) {
      if (fields.has(field)) {
        merged.set(field, fields.get(field));
      }
    }
    return good(ContentReader.read(merged));
  }

  static ExerciseContent checked(JsonNode fields, Set<String> more) throws Refused {
    requireKnown(fields, more);
    return good(ContentReader.read(fields));
  }

  private static ExerciseContent good(ContentReader.Read read) throws Refused {
    if (read instanceof ContentReader.Read.Bad bad) {
      throw Refused.invalid(bad.errors());
    }
    return ((ContentReader.Read.Good) read).content();
  }

  private static void requireKnown(JsonNode fields, Set<String> more) throws Refused {
    Set<String> known = new HashSet<>(ContentReader.FIELDS);
    known.addAll(more);
    Fields errors = new Fields();
    errors.requireObject(fields, "", known);
    if (!errors.all().isEmpty()) {
      throw Refused.invalid(errors.all());
    }
  }

  static void requireTags(Handle handle, ExerciseContent content) throws Refused {
    List<FieldError> unknown = EntryWriter.unknownTags(handle, content.tags());
    if (!unknown.isEmpty()) {
      throw Refused.invalid(unknown);
    }
  }

  static Exercises.Kind kind(JsonNode given) throws Refused {
    try {
      return Words.read(Exercises.Kind.class, given.asText());
    } catch (IllegalArgumentException e) {
      throw Refused.invalid(
          List.of(
              new FieldError(
                  "kind",
                  "out_of_range",
                  "kind is %s; it must be one of %s"
                      .formatted(Fields.shown(given), Fields.words(Exercises.Kind.values())))));
    }
  }

  private static String slug(Curator curator, JsonNode given, ExerciseContent content, UUID id)
      throws Refused {
    if (curator.organisation().isEmpty()) {
      return slug(given);
    }
    if (!given.isMissingNode()) {
      throw Refused.invalid(
          List.of(
              new FieldError(
                  "slug", "not_allowed", "slug is given; that of an own exercise is made here")));
    }
    return Slugs.of(content.names().displayName(), id);
  }

  static String slug(JsonNode given) throws Refused {
    if (!given.isTextual() || !Recipe.isSlug(given.asText())) {
      throw Refused.invalid(
          List.of(
              new FieldError(
                  "slug",
                  "bad_format",
                  "slug is %s; it must be lower-case words joined by hyphens, of 100 characters at most"
                      .formatted(Fields.shown(given)))));
    }
    return given.asText();
  }
}
