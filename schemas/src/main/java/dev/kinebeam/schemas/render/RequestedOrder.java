package dev.kinebeam.schemas.render;

import org.jspecify.annotations.Nullable;

/**
 * An order as it was written: it may leave out its language and its asset version, which its
 * exercise knows.
 *
 * @param recipe its language may be null
 * @param assetVersion null where the order names none
 * @param force compose again though the render is ready
 */
public record RequestedOrder(Recipe recipe, @Nullable Integer assetVersion, boolean force) {
  /** Stands for a language that could not be found out, in the result of the order that failed. */
  private static final String UNDETERMINED = "und";

  /** Whether it names everything that its render's key is made of. */
  public boolean namesItsKey() {
    return recipe.language() != null && assetVersion != null;
  }

  /** The order; what it leaves out is filled in with these. */
  public ComposeOrder with(String language, int presentVersion) {
    return new ComposeOrder(
        recipe.language() == null ? recipe.in(language) : recipe,
        assetVersion == null ? presentVersion : assetVersion,
        force);
  }

  /** The order of an exercise that cannot be asked what was left out: it can only fail. */
  public ComposeOrder unanswered() {
    return with(UNDETERMINED, 1);
  }

  /** The same, composing again what is ready. */
  public RequestedOrder forced() {
    return new RequestedOrder(recipe, assetVersion, true);
  }
}
