package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.render.RenderResult;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes what failed into the catalogue and lets each outcome's result go out, in this order, so
 * that whoever hears of a result finds its row. Rows only move forward: a ready render is not made
 * failed. An order that is to be tried again has no result yet.
 */
final class RecordRenders
    extends PTransform<PCollection<RenderOutcome>, PCollection<RenderResult>> {
  private final Toolbox toolbox;
  private final OrderSource source;

  private RecordRenders(Toolbox toolbox, OrderSource source) {
    this.toolbox = toolbox;
    this.source = source;
  }

  static RecordRenders with(Toolbox toolbox, OrderSource source) {
    return new RecordRenders(toolbox, source);
  }

  @Override
  public PCollection<RenderResult> expand(PCollection<RenderOutcome> outcomes) {
    return outcomes
        .apply("Upsert the render", ParDo.of(new RecordFn(toolbox, source)))
        .setCoder(JsonCoder.of(RenderResult.class));
  }
}
