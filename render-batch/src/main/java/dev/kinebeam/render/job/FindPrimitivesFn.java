package dev.kinebeam.render.job;

import dev.kinebeam.render.job.MakePrimitive.Made;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.TupleTag;

/** Lets a render whose primitives this worker has all made before pass those who make them. */
final class FindPrimitivesFn extends ToolFn<PlannedRender, PlannedRender> {
  /** Renders of which at least one primitive may have to be made. */
  static final TupleTag<PlannedRender> UNPREPARED = new TupleTag<>("unprepared") {};

  private final PrimitiveCounts counts = new PrimitiveCounts();

  FindPrimitivesFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element PlannedRender render, MultiOutputReceiver outputs)
      throws IOException {
    Optional<List<Made>> found = found(render);
    found.ifPresent(all -> all.forEach(counts::first));
    outputs.get(found.isPresent() ? NormalizePrimitives.PREPARED : UNPREPARED).output(render);
  }

  private Optional<List<Made>> found(PlannedRender render) throws IOException {
    List<Made> all = new ArrayList<>();
    for (PrimitiveRef primitive : render.primitives()) {
      Optional<Made> made = tools().makePrimitive().found(primitive);
      if (made.isEmpty()) {
        return Optional.empty();
      }
      all.add(made.get());
    }
    return Optional.of(all);
  }
}
