package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Decides what each order needs. What is ready at its asset version is answered and done, unless
 * the order forces it; equal orders that meet become one; an exercise's bundle is listed once for
 * all orders that meet; what it cannot serve fails here, before anything was spent on it.
 */
final class PlanRenders extends PTransform<PCollection<SubmittedOrder>, Step<PlannedRender>> {
  static final TupleTag<PlannedRender> PLANNED = new TupleTag<>("planned") {};
  private final Toolbox toolbox;
  private final OrderSource source;

  private PlanRenders(Toolbox toolbox, OrderSource source) {
    this.toolbox = toolbox;
    this.source = source;
  }

  static PlanRenders with(Toolbox toolbox, OrderSource source) {
    return new PlanRenders(toolbox, source);
  }

  @Override
  public Step<PlannedRender> expand(PCollection<SubmittedOrder> orders) {
    PCollection<KV<String, Iterable<SubmittedOrder>>> byExercise =
        orders
            .apply(
                "Key by exercise",
                WithKeys.of((SubmittedOrder given) -> given.order().recipe().exercise())
                    .withKeyType(TypeDescriptors.strings()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), JsonCoder.of(SubmittedOrder.class)))
            .apply("Orders of one exercise together", GroupWithoutWaiting.byKey());
    return Step.of(byExercise, "Plan", new PlanFn(toolbox, source), PLANNED, PlannedRender.class);
  }
}
