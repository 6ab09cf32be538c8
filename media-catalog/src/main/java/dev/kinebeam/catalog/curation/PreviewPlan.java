package dev.kinebeam.catalog.curation;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Recipe;
import java.util.ArrayList;
import java.util.List;

/**
 * Which previews an exercise of composed videos gets: in each of its manifest's languages one block
 * of each side, in the manifest's order. Pure.
 *
 * @param recipes in the order of the languages
 * @param servesFirst whether the first of the manifest's languages has one
 * @param missing what keeps languages from having one; the field names the language
 */
public record PreviewPlan(List<Recipe> recipes, boolean servesFirst, List<FieldError> missing) {
  public PreviewPlan {
    recipes = List.copyOf(recipes);
    missing = List.copyOf(missing);
  }

  /** The plan of a bundle. */
  public static PreviewPlan of(Bundle bundle) {
    List<Recipe> recipes = new ArrayList<>();
    List<FieldError> missing = new ArrayList<>();
    for (String language : bundle.manifest().languages()) {
      Recipe recipe = Recipe.previewOf(bundle.manifest(), language);
      List<FieldError> errors = bundle.check(recipe);
      if (errors.isEmpty()) {
        recipes.add(recipe);
      }
      errors.forEach(
          error ->
              missing.add(new FieldError("languages." + language, error.code(), error.message())));
    }
    boolean servesFirst =
        !recipes.isEmpty()
            && bundle.manifest().languages().get(0).equals(recipes.get(0).language());
    return new PreviewPlan(recipes, servesFirst, missing);
  }
}
