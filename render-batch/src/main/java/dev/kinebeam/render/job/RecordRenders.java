package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.render.RenderResult;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes what failed into the catalogue and lets each outcome's result go out, in this order, so
 * that whoever hears of a result finds its row. Rows only move forward: a ready render is not made
 * failed.
 */
final class RecordRenders
    extends PTransform<PCollection<RenderOutcome>, PCollection<RenderResult>> {
  private final Toolbox toolbox;

  private RecordRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  static RecordRenders with(Toolbox toolbox) {
    return new RecordRenders(toolbox);
  }

  @Override
  public PCollection<RenderResult> expand(PCollection<RenderOutcome> outcomes) {
    return outcomes
        .apply("Upsert the render", ParDo.of(new RecordFn(toolbox)))
        .setCoder(JsonCoder.of(RenderResult.class));
  }
}
