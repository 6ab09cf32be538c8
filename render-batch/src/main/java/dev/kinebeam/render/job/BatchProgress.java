package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.program.cli.ProgressLine;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.beam.sdk.PipelineResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports how far a batch is, every two seconds. It asks the rows, which know it whichever runner
 * and machine does the work; primitives are reported too where the runner counts while it runs.
 */
final class BatchProgress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchProgress.class);

  private final Toolbox toolbox;
  private final RenderTools tools;
  private final ProgressQuery renders;
  private final Consumer<String> progress;
  private final long begin = System.nanoTime();
  private final AtomicReference<PipelineResult> running = new AtomicReference<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private BatchProgress(Toolbox toolbox, BatchOrders orders, Consumer<String> progress) {
    this.toolbox = toolbox;
    this.tools = SharedTools.acquire(toolbox);
    this.renders = orders.progress(tools);
    this.progress = progress;
  }

  static BatchProgress over(Toolbox toolbox, BatchOrders orders, Consumer<String> progress) {
    BatchProgress reporter = new BatchProgress(toolbox, orders, progress);
    ScheduledFuture<?> untilClosed =
        reporter.timer.scheduleWithFixedDelay(
            reporter::reportProgress,
            ProgressLine.INTERVAL.toMillis(),
            ProgressLine.INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    LOG.debug("progress: {}", untilClosed);
    return reporter;
  }

  void counting(PipelineResult result) {
    running.set(result);
  }

  private void reportProgress() {
    try {
      progress.accept(line());
    } catch (RuntimeException e) {
      // An exception would end the schedule. Progress is only a report; the work continues.
      progress.accept("progress cannot be read: " + e.getMessage());
    }
  }

  private String line() {
    Map<Render.Status, Integer> rows = renders.rows().get();
    return String.format(
        Locale.ROOT,
        "%d of %d renders ready, %d failed%s; %d s%s",
        rows.getOrDefault(Render.Status.READY, 0),
        renders.total().applyAsInt(rows),
        rows.getOrDefault(Render.Status.FAILED, 0),
        primitives(),
        (System.nanoTime() - begin) / 1_000_000_000,
        tools.publisher().waits().longest().map(wait -> "; " + wait).orElse(""));
  }

  private String primitives() {
    PipelineResult result = running.get();
    if (result == null) {
      return "";
    }
    Map<String, Long> counts = RenderCounters.of(result);
    return String.format(
        Locale.ROOT,
        ", %d primitives prepared (%d normalised now)",
        counts.getOrDefault(RenderCounters.PRIMITIVES, 0L),
        counts.getOrDefault(RenderCounters.PRIMITIVES_MADE, 0L));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    SharedTools.release(toolbox);
  }
}
