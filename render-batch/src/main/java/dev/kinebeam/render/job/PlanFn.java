package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
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
  private final OrderSource source;

  PlanFn(Toolbox toolbox, OrderSource source) {
    super(toolbox);
    this.source = source;
  }

  /** An order that names everything, and the plan that it is given. */
  private record Planned(UUID planId, ComposeOrder order) {}

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<SubmittedOrder>> orders, MultiOutputReceiver outputs)
      throws InterruptedIOException {
    Planning planning = new Planning(tools(), source, orders.getKey());
    Map<UUID, Planned> byKey = new LinkedHashMap<>();
    for (SubmittedOrder given : orders.getValue()) {
      attempt(
          given.order().unanswered().renderId(),
          failure -> RenderOutcome.failed(given.order(), failure),
          outputs,
          () -> strongest(byKey, new Planned(given.planId(), planning.complete(given.order()))));
    }
    for (Planned planned : byKey.values()) {
      attempt(
          planned.order().renderId(),
          failure -> RenderOutcome.failed(planned.order(), failure),
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
      Function<RenderFailure, RenderOutcome> failed,
      MultiOutputReceiver outputs,
      Attempt attempt)
      throws InterruptedIOException {
    try {
      attempt.run();
    } catch (IOException e) {
      outputs.get(Step.SETTLED).output(failed.apply(Failures.of(e)));
    } catch (UnknownExerciseException | RenderScript.Refused e) {
      outputs.get(Step.SETTLED).output(failed.apply(new RenderFailure(e.getMessage(), false)));
    } catch (RuntimeException e) {
      outputs
          .get(Step.SETTLED)
          .output(failed.apply(new RenderFailure(Failures.ofOurs(e, renderId), false)));
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
    private final OrderSource source;
    private final String exercise;
    private final OrderDefaults defaults;

    Planning(RenderTools tools, OrderSource source, String exercise) {
      this.tools = tools;
      this.source = source;
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
      Optional<Render> ended = ended(planned);
      if (ended.isPresent()) {
        outputs.get(Step.SETTLED).output(outcome(planned.order(), ended.get()));
      } else {
        outputs.get(PlanRenders.PLANNED).output(script(planned));
      }
    }

    private RenderOutcome outcome(ComposeOrder order, Render ended) {
      return ended.status() == Render.Status.FAILED
          ? RenderOutcome.failed(
              order,
              new RenderFailure(ended.error().orElse("it failed before"), ended.work().retryable()))
          : new Results(tools).already(order, ended);
    }

    /**
     * The render, when there is nothing to do: it is ready and not to be forced by this order, or
     * it failed or was cancelled while this order waited.
     */
    private Optional<Render> ended(Planned planned) throws IOException {
      ComposeOrder order = planned.order();
      Optional<String> outdated = defaults.outdated(order);
      Render standing =
          outdated.isEmpty()
              ? tools.retrier().run(() -> source.begin(tools.renders(), order))
              : tools
                  .retrier()
                  .run(() -> tools.renders().find(order.key()))
                  .orElseThrow(() -> new IOException(outdated.get()));
      if (outdated.isEmpty() && standing.status() == Render.Status.FAILED) {
        return Optional.of(standing);
      }
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
