package dev.kinebeam.render.job;

import dev.kinebeam.render.plan.RenderScript;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.util.List;
import java.util.UUID;

/**
 * An order with what it needs.
 *
 * @param planId of this plan alone: the same order planned twice is two plans
 * @param primitives that the script plays, each once
 * @param normaliseSeconds spent so far on making mezzanines for it
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
