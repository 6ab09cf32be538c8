package dev.kinebeam.render.orders;

import java.util.List;

/**
 * One exercise with every recipe that was ever ordered of it.
 *
 * @param known whether the catalogue has it; an exercise that was asked for by name may be missing
 * @param composed whether its videos are composed; else it is one whole video
 * @param assetVersion its present one; 0 when it is not known
 * @param recipes as JSON, in whatever language they were ordered, each once
 */
public record CatalogueExercise(
    String slug, boolean known, boolean composed, int assetVersion, List<String> recipes) {
  public CatalogueExercise {
    recipes = List.copyOf(recipes);
  }
}
