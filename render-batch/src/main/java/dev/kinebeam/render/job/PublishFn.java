package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.render.job.RenderOutcome.Rendered;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderResult.RenderTimings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Publishes one render. Blocks until it can be played, or {@code playableWithin} is over. */
final class PublishFn extends ToolFn<ComposedRender, RenderOutcome> {
  private static final long FIRST_LOOK_MS = 100;
  private static final long LONGEST_WAIT_MS = 5_000;

  PublishFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element ComposedRender render, MultiOutputReceiver outputs)
      throws InterruptedException {
    ComposeOrder order = render.order();
    long begin = System.nanoTime();
    try {
      String hostedId =
          tools().host().publish(Path.of(render.file()), render.title(), order.recipe().exercise());
      awaitPlayable(hostedId);
      RenderTimings timings =
          new RenderTimings(
              render.normaliseSeconds(),
              render.composeSeconds(),
              (System.nanoTime() - begin) / 1e9);
      Render.Outcome outcome =
          new Render.Outcome(
              tools().hostName(),
              hostedId,
              render.durationSeconds(),
              Optional.of(render.frames()),
              Optional.of(render.picks()),
              render.segments());
      outputs
          .get(PublishRenders.PUBLISHED)
          .output(new Rendered(order, Results.ready(order, outcome, timings)));
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("cancelled while publishing: " + e.getMessage());
      }
      outputs
          .get(Step.SETTLED)
          .output(RenderOutcome.failed(order, "publishing failed: " + e.getMessage()));
    }
  }

  private void awaitPlayable(String hostedId) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + tools().playableWithin().toNanos();
    long wait = FIRST_LOOK_MS;
    while (true) {
      HostedStatus status = status(hostedId);
      if (status instanceof HostedStatus.Playable) {
        return;
      }
      if (status instanceof HostedStatus.Failed failed) {
        throw new IOException("the video host could not process it: " + failed.reason());
      }
      if (status instanceof HostedStatus.Gone) {
        throw new IOException("the video host has lost it");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "the video host did not make it playable within "
                + tools().playableWithin().toSeconds()
                + " s");
      }
      Thread.sleep(wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }

  private HostedStatus status(String hostedId) throws VideoHostException {
    return tools().host().status(hostedId);
  }
}
