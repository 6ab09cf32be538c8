package dev.kinebeam.render.orders;

import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What orders mean that leave something out, and which may be served: one rule for files, Kafka and
 * estimates. The language is the manifest's first, the asset version the exercise's present one.
 * Primitives of another version are not kept, so that none can be rendered.
 *
 * <p>Each exercise is looked up once: use one object for orders that are looked at together. Not
 * thread-safe.
 */
public final class OrderDefaults {
  private final Versions present;
  private final CatalogueOrders.Bundles bundles;
  private final Map<String, Integer> versions = new HashMap<>();
  private final Map<String, PrimitiveMirror.Listing> listings = new HashMap<>();

  /** Knows the exercises' present asset versions. */
  @FunctionalInterface
  public interface Versions {
    /** Empty when there is no such exercise. */
    Optional<Integer> of(String exercise) throws IOException;
  }

  public OrderDefaults(Versions present, CatalogueOrders.Bundles bundles) {
    this.present = present;
    this.bundles = bundles;
  }

  /**
   * The order with everything named; asks for nothing that it names itself.
   *
   * @throws UnknownExerciseException when the catalogue has no such exercise
   * @throws IOException when the bundle cannot be read
   */
  public ComposeOrder complete(RequestedOrder asked) throws IOException {
    String exercise = asked.recipe().exercise();
    int version = asked.assetVersion() == null ? version(exercise) : asked.assetVersion();
    String language =
        asked.recipe().language() == null
            ? listing(exercise).bundle().languageOf(asked.recipe())
            : asked.recipe().language();
    return asked.with(language, version);
  }

  /**
   * Why this order cannot be rendered, when it names another asset version than the present one.
   *
   * @throws UnknownExerciseException when the catalogue has no such exercise
   */
  public Optional<String> outdated(ComposeOrder order) throws IOException {
    String exercise = order.recipe().exercise();
    int now = version(exercise);
    return order.assetVersion() == now
        ? Optional.empty()
        : Optional.of(
            "asset_version is %d, but %s has version %d now, and primitives of other versions are not kept; name %d, or leave asset_version out"
                .formatted(order.assetVersion(), exercise, now, now));
  }

  /** The exercise's bundle. */
  public PrimitiveMirror.Listing listing(String exercise) throws IOException {
    PrimitiveMirror.Listing known = listings.get(exercise);
    if (known == null) {
      known = bundles.list(exercise);
      listings.put(exercise, known);
    }
    return known;
  }

  private int version(String exercise) throws IOException {
    Integer known = versions.get(exercise);
    if (known == null) {
      known = present.of(exercise).orElseThrow(() -> new UnknownExerciseException(exercise));
      versions.put(exercise, known);
    }
    return known;
  }
}
