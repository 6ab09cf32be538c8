package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.render.orders.OrderDefaults;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.beam.sdk.values.KV;

/** Plans the orders of one exercise; one plan for all that are for one key. */
final class PlanFn extends ToolFn<KV<String, Iterable<SubmittedOrder>>, PlannedRender> {
  PlanFn(Toolbox toolbox) {
    super(toolbox);
  }

  /** An order that names everything, and the plan that it is given. */
  private record Planned(UUID planId, ComposeOrder order) {}

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<SubmittedOrder>> orders, MultiOutputReceiver outputs)
      throws InterruptedIOException {
    Planning planning = new Planning(tools(), orders.getKey());
    Map<UUID, Planned> byKey = new LinkedHashMap<>();
    for (SubmittedOrder given : orders.getValue()) {
      attempt(
          given.order().unanswered().renderId(),
          reason -> RenderOutcome.failed(given.order(), reason),
          outputs,
          () -> strongest(byKey, new Planned(given.planId(), planning.complete(given.order()))));
    }
    for (Planned planned : byKey.values()) {
      attempt(
          planned.order().renderId(),
          reason -> RenderOutcome.failed(planned.order(), reason),
          outputs,
          () -> planning.plan(planned, outputs));
    }
  }

  /** What may fail for one order. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException, RenderScript.Refused;
  }

  private static void attempt(
      UUID renderId,
      Function<String, RenderOutcome> failed,
      MultiOutputReceiver outputs,
      Attempt attempt)
      throws InterruptedIOException {
    try {
      attempt.run();
    } catch (IOException e) {
      outputs.get(Step.SETTLED).output(failed.apply(Failures.reason(e)));
    } catch (UnknownExerciseException | RenderScript.Refused e) {
      outputs.get(Step.SETTLED).output(failed.apply(e.getMessage()));
    } catch (RuntimeException e) {
      outputs.get(Step.SETTLED).output(failed.apply(Failures.ofOurs(e, renderId)));
    }
  }

  /** Orders for one key differ only in whether they force it. */
  private static void strongest(Map<UUID, Planned> byKey, Planned planned) {
    byKey.merge(
        planned.order().renderId(),
        planned,
        (first, next) -> !first.order().force() && next.order().force() ? next : first);
  }

  /** The orders of one exercise that have met, with its bundle as it is listed now. */
  private static final class Planning {
    private final RenderTools tools;
    private final String exercise;
    private final OrderDefaults defaults;

    Planning(RenderTools tools, String exercise) {
      this.tools = tools;
      this.exercise = exercise;
      this.defaults =
          new OrderDefaults(
              slug -> tools.retrier().run(() -> tools.catalogue().assetVersion(slug)),
              slug -> tools.retrier().run(() -> tools.primitives().list(slug)));
    }

    ComposeOrder complete(RequestedOrder asked) throws IOException {
      return defaults.complete(asked);
    }

    void plan(Planned planned, MultiOutputReceiver outputs)
        throws IOException, RenderScript.Refused {
      Optional<Render> ready = ready(planned);
      if (ready.isPresent()) {
        outputs.get(Step.SETTLED).output(new Results(tools).already(planned.order(), ready.get()));
      } else {
        outputs.get(PlanRenders.PLANNED).output(script(planned));
      }
    }

    /** The render, when there is nothing to do: it is ready, and not to be forced by this order. */
    private Optional<Render> ready(Planned planned) throws IOException {
      ComposeOrder order = planned.order();
      Optional<String> outdated = defaults.outdated(order);
      Render standing =
          outdated.isEmpty()
              ? tools.retrier().run(() -> tools.renders().begin(order))
              : tools
                  .retrier()
                  .run(() -> tools.renders().find(order.key()))
                  .orElseThrow(() -> new IOException(outdated.get()));
      boolean answers = !order.force() || standing.planId().equals(Optional.of(planned.planId()));
      if (standing.status() == Render.Status.READY && answers) {
        return Optional.of(standing);
      }
      if (outdated.isPresent()) {
        throw new IOException(outdated.get());
      }
      return Optional.empty();
    }

    private PlannedRender script(Planned planned) throws IOException, RenderScript.Refused {
      PrimitiveMirror.Listing listing = defaults.listing(exercise);
      RenderScript script = RenderScript.of(listing.bundle(), planned.order().recipe());
      List<PrimitiveRef> primitives = new ArrayList<>();
      for (String name : script.videos()) {
        primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), true));
      }
      for (String name : script.voiceOvers()) {
        primitives.add(new PrimitiveRef(exercise, name, listing.versions().get(name), false));
      }
      return new PlannedRender(
          planned.planId(), planned.order(), script, List.copyOf(primitives), 0);
    }
  }
}
