package dev.kinebeam.schemas.render;

import dev.kinebeam.schemas.UuidV5;
import java.util.Objects;
import java.util.UUID;

/**
 * What makes a render the same render. Two requests with one key bake once.
 *
 * @param recipeHash {@link Recipe#recipeHash()}, or {@link #IMPORTED}
 * @param assetVersion of the exercise's primitives; a new one makes all renders stale
 */
public record RenderKey(String exercise, String recipeHash, String language, int assetVersion) {
  /** The recipe hash of a video that was not composed but brought along. */
  public static final String IMPORTED = "_imported";

  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/render");

  /**
   * The key of {@code recipe}.
   *
   * @throws NullPointerException when the recipe names no language
   */
  public static RenderKey of(Recipe recipe, int assetVersion) {
    String language = Objects.requireNonNull(recipe.language(), "the recipe names no language");
    return new RenderKey(recipe.exercise(), recipe.recipeHash(), language, assetVersion);
  }

  /** A version 5 UUID over all four parts, so that anyone can name a render before it exists. */
  public UUID renderId() {
    return UuidV5.of(
        NAMESPACE, exercise + '\n' + recipeHash + '\n' + language + '\n' + assetVersion);
  }
}
