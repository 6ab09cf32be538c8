package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.RenderResult;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptor;

/** From orders, wherever they come from, to one result for each. */
final class RenderJob {
  private RenderJob() {}

  /** Judges, serves and records orders; results are recorded when they come out. */
  static WithFailures.Result<PCollection<RenderResult>, DeadLetter> serve(
      PCollection<OrderBytes> bytes, Toolbox toolbox) {
    WithFailures.Result<PCollection<GivenOrder>, DeadLetter> orders =
        bytes.apply("Decode orders", DecodeOrders.create());
    return WithFailures.Result.of(
        orders.output().apply("Render", Rendering.with(toolbox)), orders.failures());
  }

  /** The same, rendering again what is ready. */
  static WithFailures.Result<PCollection<RenderResult>, DeadLetter> serveForced(
      PCollection<OrderBytes> bytes, Toolbox toolbox) {
    WithFailures.Result<PCollection<GivenOrder>, DeadLetter> orders =
        bytes.apply("Decode orders", DecodeOrders.create());
    return WithFailures.Result.of(
        orders
            .output()
            .apply(
                "Force",
                MapElements.into(TypeDescriptor.of(GivenOrder.class)).via(GivenOrder::forced))
            .setCoder(JsonCoder.of(GivenOrder.class))
            .apply("Render", Rendering.with(toolbox)),
        orders.failures());
  }

  /** Plan, normalise, bake (compose, publish), record. */
  static final class Rendering
      extends PTransform<PCollection<GivenOrder>, PCollection<RenderResult>> {
    private final Toolbox toolbox;

    private Rendering(Toolbox toolbox) {
      this.toolbox = toolbox;
    }

    static Rendering with(Toolbox toolbox) {
      return new Rendering(toolbox);
    }

    @Override
    public PCollection<RenderResult> expand(PCollection<GivenOrder> orders) {
      Step<PlannedRender> planned = orders.apply("Plan renders", PlanRenders.with(toolbox));
      Step<PlannedRender> prepared =
          planned.goingOn().apply("Normalise primitives", NormalizePrimitives.with(toolbox));
      PCollection<RenderOutcome> baked =
          prepared.goingOn().apply("Bake renders", BakeRenders.with(toolbox));
      return PCollectionList.of(baked)
          .and(planned.settled())
          .and(prepared.settled())
          .apply("All outcomes", Flatten.pCollections())
          .apply("Record renders", RecordRenders.with(toolbox));
    }
  }
}
