package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.render.job.RenderOutcome.RenderFailed;
import dev.kinebeam.render.job.RenderOutcome.Rendered;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records one outcome. A database that does not answer fails the bundle, which is tried again. */
final class RecordFn extends ToolFn<RenderOutcome, RenderResult> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFn.class);

  private final Counter rendered = Metrics.counter("render", RenderJob.RENDERED);
  private final Counter already = Metrics.counter("render", RenderJob.ALREADY_RENDERED);
  private final Counter failed = Metrics.counter("render", RenderJob.FAILED);

  RecordFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element RenderOutcome outcome, OutputReceiver<RenderResult> out)
      throws IOException {
    if (outcome instanceof Rendered fresh) {
      out.output(recordReady(fresh));
      rendered.inc();
    } else if (outcome instanceof RenderFailed broken) {
      recordFailed(broken);
      out.output(broken.result());
      failed.inc();
    } else {
      out.output(outcome.result());
      already.inc();
    }
  }

  private RenderResult recordReady(Rendered fresh) throws IOException {
    ComposeOrder order = fresh.order();
    RenderResult result = fresh.result();
    Render standing =
        tools()
            .renders()
            .ready(
                order,
                new Render.Outcome(
                    result.host(),
                    result.hostVideoId(),
                    result.durationSeconds(),
                    Optional.ofNullable(result.frames()),
                    Optional.ofNullable(result.picks()),
                    result.segments()));
    deleteFile(order);
    boolean ours =
        standing.outcome().map(o -> o.hostVideoId().equals(result.hostVideoId())).orElse(false);
    if (ours) {
      LOG.info(
          "render {} of {} is ready: {} frames, normalised in {} s, composed in {} s",
          order.renderId(),
          order.recipe().exercise(),
          result.frames(),
          result.timings().normaliseSeconds(),
          result.timings().composeSeconds());
      return result;
    }
    tools().host().delete(result.hostVideoId());
    return Results.already(order, standing).result();
  }

  /** Its composed file, if there is one: what was not published is composed again in a second. */
  private void deleteFile(ComposeOrder order) throws IOException {
    Files.deleteIfExists(
        tools().workDirectory().resolve("renders").resolve(order.renderId() + ".mp4"));
  }

  private void recordFailed(RenderFailed broken) throws IOException {
    ComposeOrder order = broken.order();
    deleteFile(order);
    LOG.warn("render {} failed: {}", order.renderId(), broken.result().error());
    try {
      tools().renders().failed(order, broken.result().error());
    } catch (UnknownExerciseException e) {
      // There is no exercise to keep a row for; the result that goes out says so.
      LOG.debug("no row for render {}", order.renderId(), e);
    }
  }
}
