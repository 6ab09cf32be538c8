package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.render.compose.Composed;
import dev.kinebeam.render.compose.Composer;
import dev.kinebeam.render.compose.Progress;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.render.lock.EntryLock;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;

/**
 * Composes one render. On Flink, where the next steps run within {@code output}, the lock is held
 * until the render is recorded.
 */
final class ComposeFn extends ToolFn<PlannedRender, ComposedRender> {
  private static final int LOCKS = 64;

  private final Counter baked = Metrics.counter("render", "baked");

  ComposeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element PlannedRender render, MultiOutputReceiver outputs)
      throws InterruptedIOException {
    ComposeOrder order = render.order();
    try {
      Path folder = Files.createDirectories(tools().workDirectory().resolve("renders"));
      EntryLock lock = EntryLock.acquire(folder.resolve(lockName(order)));
      try {
        Optional<Render> done = order.force() ? Optional.empty() : ready(order);
        if (done.isPresent()) {
          outputs.get(Step.SETTLED).output(Results.already(order, done.get()));
        } else {
          outputs
              .get(ComposeRenders.COMPOSED)
              .output(compose(render, folder.resolve(order.renderId() + ".mp4")));
        }
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      outputs.get(Step.SETTLED).output(RenderOutcome.failed(order, Failures.reason(e)));
    }
  }

  /** A few files serve all renders; two that share one only wait for each other. */
  private static String lockName(ComposeOrder order) {
    return "lock-" + Math.floorMod(order.renderId().hashCode(), LOCKS);
  }

  private Optional<Render> ready(ComposeOrder order) {
    return tools()
        .renders()
        .find(order.key())
        .filter(render -> render.status() == Render.Status.READY);
  }

  private ComposedRender compose(PlannedRender render, Path file) throws IOException {
    Composed composed =
        new Composer(tools().mezzanines())
            .compose(
                render.script(),
                name -> {
                  PrimitiveRef ref = render.primitive(name);
                  return tools().primitives().source(ref.exercise(), name, ref.version());
                },
                file,
                Progress.NONE);
    baked.inc();
    return new ComposedRender(
        render.order(),
        file.toString(),
        title(render),
        composed.frames(),
        composed.durationSeconds(),
        composed.plan().script().picks(),
        composed.plan().segments(),
        render.normaliseSeconds() + composed.normaliseSeconds(),
        composed.composeSeconds());
  }

  /**
   * The render's id, under which a host keeps one video however often we come with it. A forced
   * render must not be taken for the one it replaces, and so has its plan's id beside.
   */
  private static String title(PlannedRender render) {
    String id = render.order().renderId().toString();
    return render.order().force() ? id + "." + render.planId() : id;
  }
}
