package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.plan.RenderPlan;
import java.nio.file.Path;

/**
 * A finished render.
 *
 * @param plan with the picks and the segment map
 * @param frames counted in the finished file's packets
 * @param bytes of the file
 * @param normaliseSeconds spent on making or finding mezzanines, wall clock
 * @param composeSeconds spent on sound, copying and writing, wall clock
 */
public record Composed(
    Path file,
    RenderPlan plan,
    long frames,
    long bytes,
    double normaliseSeconds,
    double composeSeconds) {
  /** What {@link #frames} must be. */
  public long expectedFrames() {
    return plan.frames();
  }

  public double durationSeconds() {
    return plan.durationSeconds();
  }
}
