package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.RenderResult;
import java.util.List;
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
      PCollection<RawOrder> bytes, Rendering rendering) {
    WithFailures.Result<PCollection<SubmittedOrder>, DeadLetter> orders =
        bytes.apply("Decode orders", DecodeOrders.create());
    return WithFailures.Result.of(orders.output().apply("Render", rendering), orders.failures());
  }

  /** The same, rendering again what is ready. */
  static WithFailures.Result<PCollection<RenderResult>, DeadLetter> serveForced(
      PCollection<RawOrder> bytes, Rendering rendering) {
    WithFailures.Result<PCollection<SubmittedOrder>, DeadLetter> orders =
        bytes.apply("Decode orders", DecodeOrders.create());
    return WithFailures.Result.of(
        orders
            .output()
            .apply(
                "Force",
                MapElements.into(TypeDescriptor.of(SubmittedOrder.class))
                    .via(SubmittedOrder::forced))
            .setCoder(JsonCoder.of(SubmittedOrder.class))
            .apply("Render", rendering),
        orders.failures());
  }

  /** Plan, normalise, bake (compose, publish), record. */
  static final class Rendering
      extends PTransform<PCollection<SubmittedOrder>, PCollection<RenderResult>> {
    private final Toolbox toolbox;
    private final boolean inOneProcess;
    private final OrderSource source;

    private Rendering(Toolbox toolbox, boolean inOneProcess, OrderSource source) {
      this.toolbox = toolbox;
      this.inOneProcess = inOneProcess;
      this.source = source;
    }

    /** Primitives are spread over all workers. */
    static Rendering with(Toolbox toolbox) {
      return new Rendering(toolbox, false, OrderSource.GIVEN);
    }

    /** There is one worker, which makes each render's primitives as it comes to it. */
    static Rendering inOneProcess(Toolbox toolbox) {
      return new Rendering(toolbox, true, OrderSource.GIVEN);
    }

    /** The same for orders of the outbox, which tries again what may pass. */
    Rendering ofOutbox() {
      return new Rendering(toolbox, inOneProcess, OrderSource.OUTBOX);
    }

    @Override
    public PCollection<RenderResult> expand(PCollection<SubmittedOrder> orders) {
      Step<PlannedRender> planned = orders.apply("Plan renders", PlanRenders.with(toolbox, source));
      PCollectionList<RenderOutcome> outcomes =
          PCollectionList.of(planned.settled())
              .and(inOneProcess ? here(planned.continuing()) : spread(planned.continuing()));
      return outcomes
          .apply("All outcomes", Flatten.pCollections())
          .apply("Record renders", RecordRenders.with(toolbox, source));
    }

    private List<PCollection<RenderOutcome>> here(PCollection<PlannedRender> planned) {
      return List.of(planned.apply("Bake renders", PrepareAndBakeRenders.with(toolbox)));
    }

    private List<PCollection<RenderOutcome>> spread(PCollection<PlannedRender> planned) {
      Step<PlannedRender> prepared =
          planned.apply("Normalise primitives", NormalizePrimitives.with(toolbox));
      return List.of(
          prepared.continuing().apply("Bake renders", BakeRenders.with(toolbox)),
          prepared.settled());
    }
  }
}
