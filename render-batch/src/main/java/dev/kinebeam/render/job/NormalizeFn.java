package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.render.job.MakePrimitive.Made;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.InterruptedIOException;
import java.util.UUID;
import org.apache.beam.sdk.values.KV;

/** Makes one primitive for all renders that wait for it. */
final class NormalizeFn
    extends ToolFn<KV<String, Iterable<PrimitiveRequest>>, KV<UUID, PrimitiveMade>> {
  private final PrimitiveCounts counts = new PrimitiveCounts();

  NormalizeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<PrimitiveRequest>> wanted,
      OutputReceiver<KV<UUID, PrimitiveMade>> out)
      throws InterruptedIOException {
    PrimitiveRequest first = wanted.getValue().iterator().next();
    PrimitiveRef primitive = first.primitive();
    Made made;
    try {
      made = tools().makePrimitive().make(primitive);
    } catch (RuntimeException e) {
      String reason = Failures.ofOurs(e, first.render().order().renderId());
      made = new Made(0, 0, false, new RenderFailure(reason, false));
    }
    double seconds = made.seconds();
    long uses = 0;
    for (PrimitiveRequest waiting : wanted.getValue()) {
      PlannedRender render = waiting.render();
      if (made.now()) {
        tools().renders().normalised(render.order().renderId(), 1.0 / render.primitives().size());
      }
      out.output(
          KV.of(
              render.planId(), new PrimitiveMade(render, primitive.name(), seconds, made.error())));
      seconds = 0; // the first pays; the others found it done
      uses++;
    }
    counts.first(made);
    counts.more(made, uses - 1);
  }
}
