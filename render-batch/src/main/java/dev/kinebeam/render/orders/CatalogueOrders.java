package dev.kinebeam.render.orders;

import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The orders that render a whole catalogue: for each exercise of composed videos its preview and
 * every recipe that was ever ordered of it, in every language that its manifest has, at its present
 * asset version.
 */
public final class CatalogueOrders {
  private CatalogueOrders() {}

  /** An exercise that nothing can be ordered of, and why. */
  public record Refusal(String exercise, String reason) {}

  /** Finds an exercise's bundle. */
  @FunctionalInterface
  public interface Bundles {
    PrimitiveMirror.Listing list(String exercise) throws IOException;
  }

  /**
   * The orders of one exercise, each key once.
   *
   * @throws ObjectStoreException.Unavailable when the bundle cannot be listed now
   * @throws IOException when nothing can be ordered of this exercise; its message says why
   */
  public static List<ComposeOrder> of(CatalogueExercise exercise, Bundles bundles)
      throws IOException {
    if (!exercise.known()) {
      throw new IOException(UnknownExerciseException.message(exercise.slug()));
    }
    if (!exercise.composed()) {
      throw new IOException(exercise.slug() + " is one whole video and is not composed");
    }
    List<Recipe> known = new ArrayList<>();
    for (String json : exercise.recipes()) {
      if (Recipe.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof Recipe.Valid valid) {
        known.add(valid.recipe());
      } else {
        throw new IOException("exercise_renders.recipe is " + json + "; it must be a recipe");
      }
    }
    Manifest manifest = bundles.list(exercise.slug()).bundle().manifest();
    return of(manifest, known, exercise.assetVersion());
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
