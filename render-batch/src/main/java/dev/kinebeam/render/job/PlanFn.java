package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.render.bundle.PrimitiveMirror;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.render.plan.RenderScript;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.values.KV;

/** Plans one order for all that are for one key. */
final class PlanFn extends ToolFn<KV<UUID, Iterable<ComposeOrder>>, PlannedRender> {
  PlanFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element KV<UUID, Iterable<ComposeOrder>> orders, MultiOutputReceiver outputs)
      throws InterruptedIOException {
    ComposeOrder order = strongest(orders.getValue());
    try {
      Render standing = tools().renders().begin(order);
      if (standing.status() == Render.Status.READY && !order.force()) {
        outputs.get(Step.SETTLED).output(Results.already(order, standing));
        return;
      }
      outputs.get(PlanRenders.PLANNED).output(plan(order));
    } catch (IOException e) {
      outputs.get(Step.SETTLED).output(RenderOutcome.failed(order, Failures.reason(e)));
    } catch (UnknownExerciseException | RenderScript.Refused e) {
      outputs.get(Step.SETTLED).output(RenderOutcome.failed(order, e.getMessage()));
    }
  }

  /** Orders for one key differ only in whether they force it. */
  private static ComposeOrder strongest(Iterable<ComposeOrder> orders) {
    ComposeOrder strongest = null;
    for (ComposeOrder order : orders) {
      if (strongest == null || order.force()) {
        strongest = order;
      }
    }
    return strongest;
  }

  private PlannedRender plan(ComposeOrder order) throws IOException, RenderScript.Refused {
    String exercise = order.recipe().exercise();
    PrimitiveMirror.Listing listing = tools().primitives().list(exercise);
    RenderScript script = RenderScript.of(listing.bundle(), order.recipe());
    List<PrimitiveRef> primitives = new ArrayList<>();
    for (String name : script.videos()) {
      primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), true));
    }
    for (String name : script.voiceOvers()) {
      primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), false));
    }
    return new PlannedRender(UUID.randomUUID(), order, script, List.copyOf(primitives), 0);
  }
}
