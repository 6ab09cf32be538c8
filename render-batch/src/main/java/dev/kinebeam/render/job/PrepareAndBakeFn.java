package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.render.job.MakePrimitive.Made;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.values.KV;

/** Waits for a render's primitives, which this process makes, and bakes it. */
final class PrepareAndBakeFn extends ToolFn<KV<UUID, Iterable<PlannedRender>>, RenderOutcome> {
  private final PrimitiveCounts counts = new PrimitiveCounts();

  PrepareAndBakeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(
      @Element KV<UUID, Iterable<PlannedRender>> renders, OutputReceiver<RenderOutcome> out)
      throws InterruptedIOException {
    for (PlannedRender render : renders.getValue()) {
      out.output(Failures.orOutcome(render.order(), () -> outcome(render)));
    }
  }

  private RenderOutcome outcome(PlannedRender render) throws IOException {
    List<PrimitiveQueue.Asked> asked = tools().primitiveQueue().ask(render.primitives());
    double seconds = 0;
    RenderFailure error = null;
    for (PrimitiveQueue.Asked one : asked) {
      Made made = one.await();
      if (one.first()) {
        counts.first(made);
        seconds += made.seconds();
        if (made.now()) {
          tools().renders().normalised(render.order().renderId(), 1.0 / asked.size());
        }
      } else {
        counts.more(made, 1);
      }
      error = error == null ? made.error() : error;
    }
    return error == null
        ? new Baker(tools()).bake(render.afterNormalising(seconds))
        : RenderOutcome.failed(render.order(), error);
  }
}
