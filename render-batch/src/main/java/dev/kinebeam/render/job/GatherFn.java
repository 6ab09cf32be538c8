package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.catalog.db.RenderFailure;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Emits a render when the results of all its primitives have come. */
final class GatherFn extends DoFn<KV<UUID, PrimitiveMade>, PlannedRender> {
  private final Duration timeout;

  /** Named apart from the fields it is made of, because saved state hangs on the names. */
  @StateId("gathered")
  private final StateSpec<ValueState<Gathered>> gatheredSpec =
      StateSpecs.value(JsonCoder.of(Gathered.class));

  @TimerId("patience")
  private final TimerSpec timeoutSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  GatherFn(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * What has come so far; never changed once made.
   *
   * @param secondsByName spent on each primitive that is done with
   * @param error the first one's that cannot be used, else null
   */
  record Gathered(
      PlannedRender render, TreeMap<String, Double> secondsByName, RenderFailure error) {
    static Gathered nothingOf(PlannedRender render) {
      return new Gathered(render, new TreeMap<>(), null);
    }

    Gathered with(PrimitiveMade made) {
      TreeMap<String, Double> more = new TreeMap<>(secondsByName);
      more.merge(made.name(), made.seconds(), Double::sum);
      return new Gathered(render, more, error == null ? made.error() : error);
    }

    boolean isWhole() {
      return secondsByName.size() == render.primitives().size();
    }

    double seconds() {
      return secondsByName.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  @ProcessElement
  public void process(
      @Element KV<UUID, PrimitiveMade> element,
      @Timestamp Instant time,
      @StateId("gathered") ValueState<Gathered> state,
      @TimerId("patience") Timer timer,
      MultiOutputReceiver outputs) {
    PrimitiveMade made = element.getValue();
    Gathered before = state.read();
    if (before == null) {
      before = Gathered.nothingOf(made.render());
      timer.withOutputTimestamp(time).set(time.plus(timeout));
    }
    Gathered now = before.with(made);
    if (!now.isWhole()) {
      state.write(now);
      return;
    }
    state.clear();
    timer.clear();
    if (now.error() == null) {
      outputs
          .get(NormalizePrimitives.PREPARED)
          .output(now.render().afterNormalising(now.seconds()));
    } else {
      outputs.get(Step.SETTLED).output(RenderOutcome.failed(now.render().order(), now.error()));
    }
  }

  @OnTimer("patience")
  public void giveUp(@StateId("gathered") ValueState<Gathered> state, MultiOutputReceiver outputs) {
    Gathered gathered = state.read();
    if (gathered == null) {
      return;
    }
    state.clear();
    outputs
        .get(Step.SETTLED)
        .output(
            RenderOutcome.failed(
                gathered.render().order(),
                new RenderFailure(
                    "only %d of %d primitives were ready within %d min"
                        .formatted(
                            gathered.secondsByName().size(),
                            gathered.render().primitives().size(),
                            timeout.getStandardMinutes()),
                    true)));
  }
}
