package dev.kinebeam.render.job;

import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.util.List;
import java.util.UUID;

/**
 * An order with what it needs.
 *
 * @param planId of the order as it was given: who meets it again makes the same plan
 * @param primitives that the script plays, each once
 * @param normaliseSeconds that its primitives took, each counted for the first render that asked; a
 *     sum, since they are made side by side
 */
record PlannedRender(
    UUID planId,
    ComposeOrder order,
    RenderScript script,
    List<PrimitiveRef> primitives,
    double normaliseSeconds) {

  /**
   * One version of one primitive.
   *
   * @param name file in the bundle
   */
  record PrimitiveRef(String exercise, String name, String version, boolean video) {
    /** Equal for equal bytes of one exercise, and nothing else. */
    String id() {
      return exercise + '/' + name + '@' + version;
    }
  }

  PlannedRender afterNormalising(double seconds) {
    return new PlannedRender(planId, order, script, primitives, seconds);
  }

  PrimitiveRef primitive(String name) {
    return primitives.stream()
        .filter(ref -> ref.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the render plays no " + name));
  }
}
