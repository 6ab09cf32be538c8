package dev.kinebeam.render.job;

import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.util.List;
import org.apache.beam.sdk.values.KV;

/** A primitive, and a render that waits for it. */
record PrimitiveRequest(PrimitiveRef primitive, PlannedRender render) {
  /** One for each primitive of a render, keyed by what the primitive is. */
  static List<KV<String, PrimitiveRequest>> of(PlannedRender render) {
    return render.primitives().stream()
        .map(ref -> KV.of(ref.id(), new PrimitiveRequest(ref, render)))
        .toList();
  }
}
