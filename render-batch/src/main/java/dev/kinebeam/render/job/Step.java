package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * What a step made of its orders: those that continue, and those that are finished.
 *
 * @param continues tag of {@code continuing}
 * @param continuing to the next step
 * @param settled need only be recorded
 */
public record Step<T>(
    TupleTag<T> continues, PCollection<T> continuing, PCollection<RenderOutcome> settled)
    implements POutput {
  static final TupleTag<RenderOutcome> SETTLED = new TupleTag<>("settled") {};

  /** Runs a step whose main output continues and whose {@link #SETTLED} ones do not. */
  static <I, T> Step<T> of(
      PCollection<I> input, String name, DoFn<I, T> fn, TupleTag<T> continues, Class<T> type) {
    PCollectionTuple outputs =
        input.apply(name, ParDo.of(fn).withOutputTags(continues, TupleTagList.of(SETTLED)));
    return new Step<>(
        continues,
        outputs.get(continues).setCoder(JsonCoder.of(type)),
        outputs.get(SETTLED).setCoder(JsonCoder.of(RenderOutcome.class)));
  }

  @Override
  public Pipeline getPipeline() {
    return continuing.getPipeline();
  }

  @Override
  public Map<TupleTag<?>, PValue> expand() {
    return Map.of(continues, continuing, SETTLED, settled);
  }

  @Override
  public void finishSpecifyingOutput(
      String transformName, PInput input, PTransform<?, ?> transform) {}
}
