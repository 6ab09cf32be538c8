package dev.kinebeam.render.job;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Composes what is prepared into files of the worker. Of two orders for one key the second waits
 * for the first and takes its file, or finds it published: one bake.
 */
public final class ComposeRenders
    extends PTransform<PCollection<PlannedRender>, Step<ComposedRender>> {
  static final TupleTag<ComposedRender> COMPOSED = new TupleTag<>("composed") {};
  private final Toolbox toolbox;

  private ComposeRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  public static ComposeRenders with(Toolbox toolbox) {
    return new ComposeRenders(toolbox);
  }

  @Override
  public Step<ComposedRender> expand(PCollection<PlannedRender> renders) {
    return Step.of(renders, "Compose", new ComposeFn(toolbox), COMPOSED, ComposedRender.class);
  }
}
