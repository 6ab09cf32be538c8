package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.Publisher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What the job's steps work with on a worker. All of it may be used by many threads.
 *
 * @param claims of this process on renders
 * @param ladder one cache per quality, the best first; a file is made of the best
 * @param pinned the bucket of mezzanines, where the host takes compositions
 * @param publisher to the video host
 * @param retrier the retry policy for unavailable services
 * @param scratch folder of this process alone, for renders on their way to the host
 * @param longestBake how long another worker may take for one render before a waiter gives up
 * @param primitiveQueue makes the primitives of renders that this process alone prepares
 * @param composing as many permits as may compose at once
 */
public record RenderTools(
    ExerciseRenders renders,
    RenderCatalogue catalogue,
    Claims claims,
    PrimitiveMirror primitives,
    List<MezzanineCache> ladder,
    Optional<PinnedMezzanines> pinned,
    PrimitiveQueue primitiveQueue,
    Publisher publisher,
    Retrier retrier,
    Path scratch,
    Duration longestBake,
    Semaphore composing,
    Runnable closing)
    implements AutoCloseable {

  MakePrimitive makePrimitive() {
    return new MakePrimitive(primitives, ladder, retrier);
  }

  @Override
  public void close() {
    closing.run();
  }
}
