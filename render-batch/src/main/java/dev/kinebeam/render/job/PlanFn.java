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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.values.KV;

/** Plans the orders of one exercise; one plan for all that are for one key. */
final class PlanFn extends ToolFn<KV<String, Iterable<GivenOrder>>, PlannedRender> {
  PlanFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<GivenOrder>> orders, MultiOutputReceiver outputs)
      throws InterruptedIOException {
    Planning planning = new Planning(tools(), orders.getKey());
    for (GivenOrder given : strongest(orders.getValue())) {
      ComposeOrder order = given.order();
      try {
        Optional<Render> ready = planning.ready(given);
        if (ready.isPresent()) {
          outputs.get(Step.SETTLED).output(Results.already(order, ready.get()));
        } else {
          outputs.get(PlanRenders.PLANNED).output(planning.plan(given));
        }
      } catch (IOException e) {
        outputs.get(Step.SETTLED).output(RenderOutcome.failed(order, Failures.reason(e)));
      } catch (UnknownExerciseException | RenderScript.Refused e) {
        outputs.get(Step.SETTLED).output(RenderOutcome.failed(order, e.getMessage()));
      } catch (RuntimeException e) {
        outputs
            .get(Step.SETTLED)
            .output(RenderOutcome.failed(order, Failures.ofOurs(e, order.renderId())));
      }
    }
  }

  /** Orders for one key differ only in whether they force it. */
  private static Iterable<GivenOrder> strongest(Iterable<GivenOrder> orders) {
    Map<UUID, GivenOrder> byKey = new LinkedHashMap<>();
    for (GivenOrder given : orders) {
      byKey.merge(
          given.order().renderId(),
          given,
          (first, next) -> !first.order().force() && next.order().force() ? next : first);
    }
    return byKey.values();
  }

  /** The orders of one exercise that have met, with its bundle as it is listed now. */
  private static final class Planning {
    private final RenderTools tools;
    private final String exercise;
    private PrimitiveMirror.Listing listing;

    Planning(RenderTools tools, String exercise) {
      this.tools = tools;
      this.exercise = exercise;
    }

    /** The render, when there is nothing to do: it is ready, and not to be forced by this order. */
    Optional<Render> ready(GivenOrder given) throws IOException {
      Render standing = tools.healing().run(() -> tools.renders().begin(given.order()));
      boolean answers =
          !given.order().force() || standing.planId().equals(Optional.of(given.planId()));
      return Optional.of(standing)
          .filter(render -> render.status() == Render.Status.READY && answers);
    }

    PlannedRender plan(GivenOrder given) throws IOException, RenderScript.Refused {
      if (listing == null) {
        listing = tools.healing().run(() -> tools.primitives().list(exercise));
      }
      RenderScript script = RenderScript.of(listing.bundle(), given.order().recipe());
      List<PrimitiveRef> primitives = new ArrayList<>();
      for (String name : script.videos()) {
        primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), true));
      }
      for (String name : script.voiceOvers()) {
        primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), false));
      }
      return new PlannedRender(given.planId(), given.order(), script, List.copyOf(primitives), 0);
    }
  }
}
