package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.RenderKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jdbi.v3.core.Handle;

/**
 * Publishes exercises. The previews are ordered in the transaction that makes the exercise {@code
 * publishing}; the transaction that records the first language's preview makes it {@code
 * published}, or a draft again when it cannot be made. One whose preview is ready already, or that
 * is a whole video, is published at once.
 *
 * @param bundles where the primitives are
 */
public record Publishing(ExerciseStore store, Bundles bundles) {

  /**
   * What publishing led to.
   *
   * @param missing what keeps other languages than the first from having a preview
   */
  public record Outcome(CatalogueEntry entry, List<FieldError> missing) {}

  /**
   * Publishes an exercise. Of one that is being published nothing changes, nor of a published one
   * that patients are shown; one that they are not shown, since it was published before there were
   * previews, gets them ordered.
   *
   * @param precondition of the present revision
   * @return empty when there is no such exercise
   * @throws Refused when its state does not allow it, or its first language lacks something
   * @throws IOException when the object store cannot be asked
   */
  public Optional<Outcome> publish(Curator curator, UUID id, IntPredicate precondition)
      throws Refused, IOException {
    return Overtaking.repeated(() -> attempt(curator, id, precondition));
  }

  private Optional<Outcome> attempt(Curator curator, UUID id, IntPredicate precondition)
      throws Refused, IOException {
    Optional<CatalogueEntry> found = store.find(curator, id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!lacksPreviews(found.get())) {
      return store.writing(
          curator,
          handle -> {
            CatalogueEntry entry = locked(handle, curator, id, precondition);
            requireAllowed(entry);
            if (lacksPreviews(entry)) {
              throw Refused.overtaken();
            }
            return Optional.of(new Outcome(entry, List.of()));
          });
    }
    return Optional.of(
        found.get().key().kind() == Exercises.Kind.REPS_BASED
            ? composed(curator, found.get(), precondition)
            : whole(curator, id, precondition));
  }

  private static boolean lacksPreviews(CatalogueEntry entry) {
    return switch (entry.status()) {
      case DRAFT -> true;
      case PUBLISHED ->
          entry.key().kind() == Exercises.Kind.REPS_BASED && entry.video().previews().isEmpty();
      case PUBLISHING, ARCHIVED -> false;
    };
  }

  /** The bundle is read before the transaction, which holds no lock while it is read. */
  private Outcome composed(Curator curator, CatalogueEntry entry, IntPredicate precondition)
      throws Refused, IOException {
    PreviewPlan plan = PreviewOrders.plan(bundles, entry.key().slug());
    PreviewOrders orders = PreviewOrders.of(plan, entry.video().assetVersion());
    return store.writing(
        curator,
        handle -> {
          orders.request(handle, entry.key().organisation());
          CatalogueEntry locked = locked(handle, curator, entry.id(), precondition);
          requireAllowed(locked);
          if (locked.video().assetVersion() != entry.video().assetVersion()) {
            throw Refused.overtaken();
          }
          if (locked.status() == Exercises.Status.DRAFT) {
            handle.execute(
                """
                UPDATE exercises SET status = 'publishing', publish_error = NULL
                 WHERE exercise_id = ?
                """,
                entry.id());
          }
          if (lacksPreviews(locked)) {
            orders.enter(handle, entry.id());
          }
          return new Outcome(EntryRows.require(handle, entry.id()), plan.missing());
        });
  }

  private Outcome whole(Curator curator, UUID id, IntPredicate precondition) throws Refused {
    return store.writing(
        curator,
        handle -> {
          CatalogueEntry entry = locked(handle, curator, id, precondition);
          requireAllowed(entry);
          if (entry.status() == Exercises.Status.DRAFT) {
            requireVideo(handle, entry);
            handle.execute(
                """
                UPDATE exercises SET status = 'published', publish_error = NULL
                 WHERE exercise_id = ?
                """,
                id);
          }
          return new Outcome(EntryRows.require(handle, id), List.of());
        });
  }

  private static void requireVideo(Handle handle, CatalogueEntry entry) throws Refused {
    boolean shown =
        handle
            .createQuery(
                """
                SELECT EXISTS (SELECT FROM exercise_previews AS p JOIN exercise_renders AS r USING (render_id)
                                WHERE p.exercise_id = :id AND r.status = 'ready'
                                  AND r.recipe_hash = :imported)
                """)
            .bind("id", entry.id())
            .bind("imported", RenderKey.IMPORTED)
            .mapTo(Boolean.class)
            .one();
    if (!shown) {
      throw Refused.conflict(
          "video",
          "missing",
          "no video of "
              + entry.key().slug()
              + " is at a video host; import it, or name the hosted one in an import of exercises");
    }
  }

  private static CatalogueEntry locked(
      Handle handle, Curator curator, UUID id, IntPredicate precondition) throws Refused {
    return ExerciseStore.locked(handle, curator, id, precondition).orElseThrow(Refused::overtaken);
  }

  private static void requireAllowed(CatalogueEntry entry) throws Refused {
    if (Lifecycle.after(entry.status(), Lifecycle.Step.PUBLISH)
        instanceof Lifecycle.Verdict.Refused refused) {
      throw Refused.conflict("status", "not_allowed", refused.reason());
    }
  }
}
