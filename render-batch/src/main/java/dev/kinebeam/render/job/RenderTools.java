package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.render.bundle.PrimitiveMirror;
import dev.kinebeam.render.mezzanine.MezzanineCache;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the job's steps work with on a worker. All of it may be used by many threads.
 *
 * @param hostName what rows say of where a video is hosted
 * @param workDirectory for finished renders on their way to the host
 * @param playableWithin how long the host may take to make an uploaded render playable
 */
public record RenderTools(
    ExerciseRenders renders,
    PrimitiveMirror primitives,
    MezzanineCache mezzanines,
    VideoHost host,
    String hostName,
    Path workDirectory,
    Duration playableWithin,
    Runnable closing)
    implements AutoCloseable {

  @Override
  public void close() {
    closing.run();
  }
}
