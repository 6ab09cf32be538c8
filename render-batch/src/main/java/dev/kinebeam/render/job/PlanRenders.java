package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Decides what each order needs. What is ready at its asset version is answered and done, unless
 * the order forces it; equal orders that meet become one; what the bundle cannot serve fails here,
 * before anything was spent on it.
 */
public final class PlanRenders extends PTransform<PCollection<ComposeOrder>, Step<PlannedRender>> {
  static final TupleTag<PlannedRender> PLANNED = new TupleTag<>("planned") {};
  private final Toolbox toolbox;

  private PlanRenders(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  public static PlanRenders with(Toolbox toolbox) {
    return new PlanRenders(toolbox);
  }

  @Override
  public Step<PlannedRender> expand(PCollection<ComposeOrder> orders) {
    PCollection<KV<UUID, Iterable<ComposeOrder>>> byKey =
        orders
            .apply(
                "Key by render",
                WithKeys.of(ComposeOrder::renderId).withKeyType(TypeDescriptor.of(UUID.class)))
            .setCoder(KvCoder.of(UuidCoder.of(), JsonCoder.of(ComposeOrder.class)))
            .apply("Equal orders together", AtOnce.byKey());
    return Step.of(byKey, "Plan", new PlanFn(toolbox), PLANNED, PlannedRender.class);
  }
}
