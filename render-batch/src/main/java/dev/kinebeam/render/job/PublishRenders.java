package dev.kinebeam.render.job;

import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Hands renders to the video host and waits until each can be played. Done again after a crash it
 * leaves one video. A render that the host refuses, or does not make playable in time, fails; a
 * later order for it finds what was uploaded.
 */
public final class PublishRenders
    extends PTransform<PCollection<ComposedRender>, Step<RenderOutcome>> {
  static final TupleTag<RenderOutcome> PUBLISHED = new TupleTag<>("published") {};
  private final Toolbox toolbox;

  private PublishRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  public static PublishRenders with(Toolbox toolbox) {
    return new PublishRenders(toolbox);
  }

  @Override
  public Step<RenderOutcome> expand(PCollection<ComposedRender> renders) {
    return Step.of(renders, "Publish", new PublishFn(toolbox), PUBLISHED, RenderOutcome.class);
  }
}
