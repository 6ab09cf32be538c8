package dev.kinebeam.render.job;

import dev.kinebeam.render.bundle.PrimitiveSource;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.render.mezzanine.CostListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.UUID;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.values.KV;

/**
 * Makes one primitive's mezzanine. Blocks for as long as its child process works, which the
 * normaliser's limits bound.
 */
final class NormalizeFn
    extends ToolFn<KV<String, Iterable<WantedPrimitive>>, KV<UUID, PrimitiveMade>> {
  private final Counter primitives = Tally.counter(Tally.PRIMITIVES);
  private final Counter made = Tally.counter(Tally.PRIMITIVES_MADE);
  private final Counter cpuMillis = Tally.counter(Tally.CPU_MILLIS);
  private final Counter sharedCpuMillis = Tally.counter(Tally.SHARED_CPU_MILLIS);

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
    Cost[] cost = {Cost.UNKNOWN};
    try {
      tools()
          .healing()
          .run(
              () -> {
                make(primitive, (cpu, madeNow) -> cost[0] = new Cost(cpu.toMillis(), madeNow));
                return null;
              });
    } catch (IOException e) {
      error = Failures.reason(e);
    } catch (RuntimeException e) {
      error = Failures.ofOurs(e, wanted.getValue().iterator().next().render().order().renderId());
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    long uses = 0;
    for (WantedPrimitive waiting : wanted.getValue()) {
      PlannedRender render = waiting.render();
      out.output(
          KV.of(render.planId(), new PrimitiveMade(render, primitive.name(), seconds, error)));
      seconds = 0; // the first pays; the others found it done
      uses++;
    }
    count(cost[0], uses);
  }

  private record Cost(long cpuMillis, boolean madeNow) {
    static final Cost UNKNOWN = new Cost(0, false);
  }

  private void count(Cost cost, long uses) {
    primitives.inc();
    if (cost.madeNow()) {
      made.inc();
      cpuMillis.inc(cost.cpuMillis());
    }
    sharedCpuMillis.inc(cost.cpuMillis() * (cost.madeNow() ? uses - 1 : uses));
  }

  private void make(PrimitiveRef primitive, CostListener costs) throws IOException {
    PrimitiveSource source =
        tools().primitives().source(primitive.exercise(), primitive.name(), primitive.version());
    try {
      if (primitive.video()) {
        tools().mezzanines().video(source, frames -> {}, costs).close();
      } else {
        tools().mezzanines().voice(source, costs);
      }
    } finally {
      // Also one that was refused: nobody comes back for it, and cameras' files are big.
      tools().primitives().drop(primitive.exercise(), primitive.name(), primitive.version());
    }
  }
}
