package dev.kinebeam.render.job;

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
  private final Counter bytes = RenderCounters.counter(RenderCounters.BYTES);
  private final Counter videoMillis = RenderCounters.counter(RenderCounters.VIDEO_MILLIS);

  RecordFn(Toolbox toolbox) {
    super(toolbox);
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
      record(broken);
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

  private void record(RenderFailed broken) throws IOException {
    String error = broken.result().error();
    LOG.warn("render {} failed: {}", broken.order().renderId(), error);
    try {
      tools().retrier().run(() -> tools().renders().failed(broken.order(), error));
    } catch (UnknownExerciseException e) {
      // There is no exercise to keep a row for; the result that is sent says so.
      LOG.debug("no row for render {}", broken.order().renderId(), e);
    }
  }
}
