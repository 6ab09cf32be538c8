package dev.kinebeam.render.job;

import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderResult;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/** From orders, wherever they come from, to one result for each. */
public final class RenderJob {
  /** Names of the counters in the namespace {@code render}. */
  public static final String RENDERED = "rendered";

  public static final String ALREADY_RENDERED = "already_rendered";
  public static final String FAILED = "failed";
  public static final String REFUSED = "refused";

  private RenderJob() {}

  /** Judges, serves and records orders; results are recorded when they come out. */
  static WithFailures.Result<PCollection<RenderResult>, DeadLetter> serve(
      PCollection<OrderBytes> bytes, Toolbox toolbox) {
    WithFailures.Result<PCollection<ComposeOrder>, DeadLetter> orders =
        bytes.apply("Decode orders", DecodeOrders.create());
    PCollection<RenderResult> results = orders.output().apply("Render", Rendering.with(toolbox));
    return WithFailures.Result.of(results, orders.failures());
  }

  /** Plan, normalise, compose, publish, record. */
  static final class Rendering
      extends PTransform<PCollection<ComposeOrder>, PCollection<RenderResult>> {
    private final Toolbox toolbox;

    private Rendering(Toolbox toolbox) {
      this.toolbox = toolbox;
    }

    static Rendering with(Toolbox toolbox) {
      return new Rendering(toolbox);
    }

    @Override
    public PCollection<RenderResult> expand(PCollection<ComposeOrder> orders) {
      Step<PlannedRender> planned = orders.apply("Plan renders", PlanRenders.with(toolbox));
      Step<PlannedRender> prepared =
          planned.goingOn().apply("Normalise primitives", NormalizePrimitives.with(toolbox));
      Step<ComposedRender> composed =
          prepared.goingOn().apply("Compose renders", ComposeRenders.with(toolbox));
      Step<RenderOutcome> published =
          composed.goingOn().apply("Publish renders", PublishRenders.with(toolbox));
      return PCollectionList.of(published.goingOn())
          .and(planned.settled())
          .and(prepared.settled())
          .and(composed.settled())
          .and(published.settled())
          .apply("All outcomes", Flatten.pCollections())
          .apply("Record renders", RecordRenders.with(toolbox));
    }
  }
}
