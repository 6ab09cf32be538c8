package dev.kinebeam.render.orders;

import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The orders of a whole catalogue: for each exercise of composed videos its preview and every
 * recipe that was ever ordered of it, in every language that its manifest has, at its present asset
 * version.
 *
 * @param orders each key once
 * @param refused exercises that nothing can be ordered of
 */
public record CatalogueOrders(List<ComposeOrder> orders, List<Refusal> refused) {
  /** An exercise that cannot be read, and why. */
  public record Refusal(String exercise, String reason) {}

  /** Finds an exercise's bundle. */
  @FunctionalInterface
  public interface Bundles {
    PrimitiveMirror.Listing list(String exercise) throws IOException;
  }

  /**
   * Lists the orders; an exercise whose bundle is missing or broken is refused by itself.
   *
   * @param slugs these exercises only; empty for all
   * @throws ObjectStoreException.Unavailable when the bundles cannot be looked at now
   */
  public static CatalogueOrders of(
      Exercises exercises, RenderCatalogue catalogue, Bundles bundles, List<String> slugs)
      throws ObjectStoreException.Unavailable {
    List<ComposeOrder> orders = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    for (String slug : slugs.isEmpty() ? catalogue.composedExercises() : slugs) {
      Optional<Exercises.Exercise> exercise = exercises.find(slug);
      if (exercise.isEmpty()) {
        refused.add(new Refusal(slug, UnknownExerciseException.message(slug)));
      } else if (exercise.get().kind() != Exercises.Kind.REPS_BASED) {
        refused.add(new Refusal(slug, slug + " is one whole video and is not composed"));
      } else {
        try {
          Manifest manifest = bundles.list(slug).bundle().manifest();
          orders.addAll(of(manifest, catalogue.recipesOf(slug), exercise.get().assetVersion()));
        } catch (ObjectStoreException.Unavailable e) {
          // No fault of this exercise, and the next ones would wait in vain too.
          throw e;
        } catch (IOException e) {
          refused.add(new Refusal(slug, String.valueOf(e.getMessage())));
        }
      }
    }
    return new CatalogueOrders(List.copyOf(orders), List.copyOf(refused));
  }

  /** The preview first, then the known recipes, each in every language. */
  static List<ComposeOrder> of(Manifest manifest, List<Recipe> known, int assetVersion) {
    Map<String, ComposeOrder> byKey = new LinkedHashMap<>();
    for (String language : manifest.languages()) {
      List<Recipe> recipes = new ArrayList<>();
      recipes.add(Recipe.previewOf(manifest, language));
      recipes.addAll(known);
      for (Recipe recipe : recipes) {
        ComposeOrder order = new ComposeOrder(recipe.in(language), assetVersion, false);
        byKey.putIfAbsent(order.renderId().toString(), order);
      }
    }
    return List.copyOf(byKey.values());
  }
}
