package dev.kinebeam.catalog.curation;

import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jdbi.v3.core.Handle;

/**
 * Merges an exercise into another that means the same: it is archived and names the other as its
 * successor, as do those that were merged into it before. So the successor is always one step away,
 * and has none itself.
 */
public record Merging(ExerciseStore store) {
  /**
   * Merges; again, nothing changes.
   *
   * @param precondition of the present revision of the one that is replaced
   * @return the one that was replaced, as it stands; empty when there is none of this id
   */
  public Optional<CatalogueEntry> merge(
      Curator curator, UUID id, UUID into, IntPredicate precondition) throws Refused {
    return store.writing(
        curator,
        handle -> {
          if (EntryRows.find(handle, id).isEmpty()) {
            return Optional.empty();
          }
          CatalogueEntry successor = successor(handle, id, into);
          lockAll(handle, id, into);
          successor = successor(handle, id, successor.id());
          CatalogueEntry replaced =
              ExerciseStore.locked(handle, curator, id, precondition).orElseThrow();
          if (!replaced.history().replacedBy().equals(Optional.of(into))) {
            check(replaced, successor);
            replace(handle, id, into);
          }
          return EntryRows.find(handle, id);
        });
  }

  /**
   * Both, and those that will follow to the successor, in the order of their ids: two merges of
   * some of the same exercises wait for each other, and not in a circle.
   */
  private static void lockAll(Handle handle, UUID id, UUID into) {
    handle
        .createQuery(
            """
            SELECT exercise_id FROM exercises WHERE exercise_id IN (:id, :into) OR replaced_by = :id
             ORDER BY exercise_id FOR NO KEY UPDATE
            """)
        .bind("id", id)
        .bind("into", into)
        .mapTo(UUID.class)
        .list();
  }

  private static CatalogueEntry successor(Handle handle, UUID id, UUID into) throws Refused {
    CatalogueEntry successor =
        EntryRows.find(handle, into)
            .orElseThrow(
                () ->
                    Refused.conflict(
                        "into", "unknown_exercise", "into names no exercise: " + into));
    boolean circle = into.equals(id) || successor.history().replacedBy().equals(Optional.of(id));
    if (circle) {
      throw Refused.conflict(
          "into", "circle", "into is " + into + ", which this exercise replaces or is itself");
    }
    if (successor.history().replacedBy().isPresent()) {
      throw Refused.conflict(
          "into",
          "replaced",
          "into is %s, which was merged into %s; name that one"
              .formatted(into, successor.history().replacedBy().get()));
    }
    return successor;
  }

  private static void check(CatalogueEntry replaced, CatalogueEntry successor) throws Refused {
    if (Lifecycle.after(replaced.status(), Lifecycle.Step.ARCHIVE)
        instanceof Lifecycle.Verdict.Refused refused) {
      throw Refused.conflict("status", "not_allowed", refused.reason());
    }
    if (replaced.key().kind() != successor.key().kind()) {
      throw Refused.conflict(
          "into", "other_kind", "into is of another kind; their doses do not mean the same");
    }
    boolean reachesFewer =
        successor.key().organisation().isPresent()
            && !successor.key().organisation().equals(replaced.key().organisation());
    if (reachesFewer) {
      throw Refused.conflict(
          "into", "not_allowed", "into belongs to an organisation; others could not see it");
    }
  }

  private static void replace(Handle handle, UUID id, UUID into) {
    handle.execute("DELETE FROM preview_orders WHERE exercise_id = ?", id);
    handle.execute(
        "UPDATE exercises SET status = 'archived', replaced_by = ? WHERE exercise_id = ?",
        into,
        id);
    handle.execute("UPDATE exercises SET replaced_by = ? WHERE replaced_by = ?", into, id);
  }
}
