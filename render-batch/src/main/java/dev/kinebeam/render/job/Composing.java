package dev.kinebeam.render.job;

import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.compose.Composed;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Makes what the host takes of a render: a composition, whose mezzanines are in the bucket then, or
 * a file.
 */
final class Composing {
  private final RenderTools tools;

  Composing(RenderTools tools) {
    this.tools = tools;
  }

  /**
   * The render as the host takes it. No more at once than there are processors, however many
   * workers wait for the host.
   *
   * @param file is written where the host takes files only
   */
  ComposedVideo compose(PlannedRender render, Path file) throws IOException {
    try {
      tools.composing().acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a processor");
    }
    try {
      return tools.publisher().host().capabilities().compositions()
          ? composition(render)
          : file(render, file);
    } finally {
      tools.composing().release();
    }
  }

  private ComposedVideo composition(PlannedRender render) throws IOException {
    long begin = System.nanoTime();
    PlannedComposition made =
        PlannedComposition.of(render.script(), sources(render), tools.ladder(), Progress.NONE);
    long gathered = System.nanoTime();
    tools.pinned().orElseThrow().requireStored(made.composition());
    return new ComposedVideo(
        new VideoHost.Content.Composed(made.composition()),
        made.plan(),
        Json.bytes(made.composition()).length,
        seconds(gathered - begin),
        seconds(System.nanoTime() - gathered));
  }

  private ComposedVideo file(PlannedRender render, Path file) throws IOException {
    Composed composed =
        new Composer(tools.ladder().get(0))
            .compose(render.script(), sources(render), file, Progress.NONE);
    return new ComposedVideo(
        new VideoHost.Content.OfFile(file),
        composed.plan(),
        composed.bytes(),
        composed.normaliseSeconds(),
        composed.composeSeconds());
  }

  private Function<String, PrimitiveSource> sources(PlannedRender render) {
    return name -> {
      PrimitiveRef ref = render.primitive(name);
      return tools.primitives().source(ref.exercise(), name, ref.version());
    };
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
