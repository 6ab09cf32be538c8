package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Raises the asset versions of composed exercises. The previews of one that patients are shown, or
 * are to be shown, are ordered in the same transaction; the present ones are shown until the new
 * ones are ready. A draft's are ordered when it is published. What was ordered for the earlier
 * version is not awaited any more, and its other renders are superseded: they are made anew when
 * they are asked for.
 *
 * @param bundles where the primitives are
 */
public record AssetVersions(ExerciseStore store, Bundles bundles) {
  /**
   * Raises the version by one. Two at once raise it by two, and order the previews of the higher
   * one.
   *
   * @param precondition of the present revision
   * @return empty when there is no such exercise
   * @throws Refused when it is one whole video, or its bundle lacks something for the first
   *     language: then nothing is changed
   * @throws IOException when the object store cannot be asked
   */
  public Optional<Publishing.Outcome> bump(Curator curator, String slug, IntPredicate precondition)
      throws Refused, IOException {
    return Overtaking.repeated(
        () -> {
          Optional<CatalogueEntry> found = store.find(curator, slug);
          return found.isEmpty()
              ? Optional.empty()
              : Optional.of(bump(curator, found.get(), precondition));
        });
  }

  private Publishing.Outcome bump(Curator curator, CatalogueEntry entry, IntPredicate precondition)
      throws Refused, IOException {
    requireComposed(entry);
    int next = entry.video().assetVersion() + 1;
    PreviewOrders orders = PreviewOrders.NONE;
    List<FieldError> missing = List.of();
    if (hasPreviews(entry.status())) {
      PreviewPlan plan = PreviewOrders.plan(bundles, entry.key().slug());
      orders = PreviewOrders.of(plan, next);
      missing = plan.missing();
    }
    return raise(curator, entry, precondition, orders, missing);
  }

  private Publishing.Outcome raise(
      Curator curator,
      CatalogueEntry entry,
      IntPredicate precondition,
      PreviewOrders orders,
      List<FieldError> missing)
      throws Refused {
    return store.writing(
        curator,
        handle -> {
          orders.request(handle, entry.key().organisation());
          CatalogueEntry locked =
              ExerciseStore.locked(handle, curator, entry.id(), precondition)
                  .orElseThrow(Refused::overtaken);
          if (locked.video().assetVersion() != entry.video().assetVersion()
              || hasPreviews(locked.status()) != hasPreviews(entry.status())) {
            throw Refused.overtaken();
          }
          handle.execute(
              "UPDATE exercises SET asset_version = asset_version + 1 WHERE exercise_id = ?",
              entry.id());
          orders.enter(handle, entry.id());
          return new Publishing.Outcome(EntryRows.require(handle, entry.id()), missing);
        });
  }

  /** Whether patients are shown its previews, or are to be as soon as they are ready. */
  static boolean hasPreviews(Exercises.Status status) {
    return status == Exercises.Status.PUBLISHING || status == Exercises.Status.PUBLISHED;
  }

  private static void requireComposed(CatalogueEntry entry) throws Refused {
    if (entry.key().kind() != Exercises.Kind.REPS_BASED) {
      throw Refused.conflict(
          "kind",
          "not_allowed",
          "%s is %s: one whole video for each language; import another video instead"
              .formatted(entry.key().slug(), Words.write(entry.key().kind())));
    }
  }
}
