package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Composes what is prepared, hands it to the video host, waits until it can be played, and records
 * it: under a claim that all jobs respect, so that of two orders for one key one bakes, and the
 * other finds it ready. Done again after a crash it leaves one video. A render that the host
 * refuses fails; a later order for it finds what was uploaded.
 */
final class BakeRenders extends PTransform<PCollection<PlannedRender>, PCollection<RenderOutcome>> {
  private final Toolbox toolbox;

  private BakeRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  static BakeRenders with(Toolbox toolbox) {
    return new BakeRenders(toolbox);
  }

  @Override
  public PCollection<RenderOutcome> expand(PCollection<PlannedRender> renders) {
    return renders
        .apply("Bake", ParDo.of(new BakeFn(toolbox)))
        .setCoder(JsonCoder.of(RenderOutcome.class));
  }
}
