package dev.kinebeam.render.job;

import dev.kinebeam.render.bundle.PrimitiveSource;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.UUID;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.values.KV;

/**
 * Makes one primitive's mezzanine. Blocks for as long as its child process works, which the
 * normaliser's limits bound.
 */
final class NormalizeFn
    extends ToolFn<KV<String, Iterable<WantedPrimitive>>, KV<UUID, PrimitiveMade>> {
  private final Counter made = Metrics.counter("render", "primitives_made");

  NormalizeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<WantedPrimitive>> wanted,
      OutputReceiver<KV<UUID, PrimitiveMade>> out)
      throws InterruptedIOException {
    PrimitiveRef primitive = wanted.getValue().iterator().next().primitive();
    long begin = System.nanoTime();
    String error = null;
    try {
      make(primitive);
    } catch (IOException e) {
      error = Failures.reason(e);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    for (WantedPrimitive waiting : wanted.getValue()) {
      PlannedRender render = waiting.render();
      out.output(
          KV.of(render.planId(), new PrimitiveMade(render, primitive.name(), seconds, error)));
      seconds = 0; // the first pays; the others found it done
    }
  }

  private void make(PrimitiveRef primitive) throws IOException {
    PrimitiveSource source =
        tools().primitives().source(primitive.exercise(), primitive.name(), primitive.version());
    boolean[] worked = {false};
    try {
      if (primitive.video()) {
        tools().mezzanines().video(source, frames -> worked[0] = true).close();
      } else {
        tools().mezzanines().voice(source);
      }
    } finally {
      // Also one that was refused: nobody comes back for it, and cameras' files are big.
      tools().primitives().drop(primitive.exercise(), primitive.name(), primitive.version());
    }
    if (worked[0]) {
      made.inc();
    }
  }
}
