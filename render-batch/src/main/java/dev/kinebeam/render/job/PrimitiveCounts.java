package dev.kinebeam.render.job;

import dev.kinebeam.render.job.MakePrimitive.Made;
import java.io.Serializable;
import org.apache.beam.sdk.metrics.Counter;

/** Counts primitives for the report; used within a step. */
final class PrimitiveCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Counter primitives = RenderCounters.counter(RenderCounters.PRIMITIVES);
  private final Counter made = RenderCounters.counter(RenderCounters.PRIMITIVES_MADE);
  private final Counter cpuMillis = RenderCounters.counter(RenderCounters.CPU_MILLIS);
  private final Counter sharedCpuMillis = RenderCounters.counter(RenderCounters.SHARED_CPU_MILLIS);

  /** A primitive, with the first render that plays it. */
  void first(Made primitive) {
    primitives.inc();
    if (primitive.now()) {
      made.inc();
      cpuMillis.inc(primitive.cpuMillis());
    } else {
      sharedCpuMillis.inc(primitive.cpuMillis());
    }
  }

  /** Further renders that play it. */
  void more(Made primitive, long renders) {
    sharedCpuMillis.inc(primitive.cpuMillis() * renders);
  }
}
