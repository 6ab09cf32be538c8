package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.render.job.RenderOutcome.NoKey;
import dev.kinebeam.render.job.RenderOutcome.RenderFailed;
import dev.kinebeam.render.job.RenderOutcome.Rendered;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import org.apache.beam.sdk.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records one outcome. A database that stays unavailable fails the bundle, which is tried again.
 */
final class RecordFn extends ToolFn<RenderOutcome, RenderResult> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFn.class);

  private final Counter rendered = RenderCounters.counter(RenderCounters.RENDERED);
  private final Counter already = RenderCounters.counter(RenderCounters.ALREADY_RENDERED);
  private final Counter failed = RenderCounters.counter(RenderCounters.FAILED);
  private final Counter retried = RenderCounters.counter(RenderCounters.RETRIED);
  private final Counter bytes = RenderCounters.counter(RenderCounters.BYTES);
  private final Counter videoMillis = RenderCounters.counter(RenderCounters.VIDEO_MILLIS);

  private final OrderSource source;

  RecordFn(Toolbox toolbox, OrderSource source) {
    super(toolbox);
    this.source = source;
  }

  @ProcessElement
  public void process(@Element RenderOutcome outcome, OutputReceiver<RenderResult> out)
      throws IOException {
    if (outcome instanceof Rendered fresh) {
      // Whoever baked it has recorded it, before releasing the claim.
      rendered.inc();
      bytes.inc(fresh.bytes());
      videoMillis.inc(Math.round(fresh.result().video().durationSeconds() * 1000));
    } else if (outcome instanceof RenderFailed broken) {
      if (!record(broken)) {
        retried.inc();
        return;
      }
      failed.inc();
    } else if (outcome instanceof NoKey broken) {
      LOG.warn(
          "an order for {} failed before its key was known: {}",
          broken.result().key().exercise(),
          broken.result().error());
      failed.inc();
    } else {
      already.inc();
    }
    out.output(outcome.result());
  }

  /** Whether it has failed for good; the order is tried again later otherwise. */
  private boolean record(RenderFailed broken) throws IOException {
    RenderFailure failure = broken.failure();
    LOG.warn("render {} failed: {}", broken.order().renderId(), failure.reason());
    try {
      Render standing =
          tools().retrier().run(() -> source.failed(tools().renders(), broken.order(), failure));
      return standing.status() != Render.Status.QUEUED;
    } catch (UnknownExerciseException e) {
      // There is no exercise to keep a row for; the result that is sent says so.
      LOG.debug("no row for render {}", broken.order().renderId(), e);
      return true;
    }
  }
}
