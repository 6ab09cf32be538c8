package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * {@link NormalizePrimitives} and {@link BakeRenders} in one step, for a job in one process: a
 * render is baked as soon as its own primitives are ready. Beam's runner in this process works off
 * its steps in the order in which elements came, so that with two steps every primitive of a batch
 * would come before the first render.
 */
final class PrepareAndBakeRenders
    extends PTransform<PCollection<PlannedRender>, PCollection<RenderOutcome>> {
  private final Toolbox toolbox;

  private PrepareAndBakeRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  static PrepareAndBakeRenders with(Toolbox toolbox) {
    return new PrepareAndBakeRenders(toolbox);
  }

  @Override
  public PCollection<RenderOutcome> expand(PCollection<PlannedRender> renders) {
    return renders
        .apply(
            "Key by plan",
            WithKeys.of(PlannedRender::planId).withKeyType(TypeDescriptor.of(UUID.class)))
        .setCoder(KvCoder.of(UuidCoder.of(), JsonCoder.of(PlannedRender.class)))
        // An exercise's renders come in one bundle; each is work of its own.
        .apply("Spread", GroupWithoutWaiting.byKey())
        .apply("Prepare and bake", ParDo.of(new PrepareAndBakeFn(toolbox)))
        .setCoder(JsonCoder.of(RenderOutcome.class));
  }
}
