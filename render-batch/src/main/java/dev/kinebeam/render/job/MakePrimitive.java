package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.mezzanine.CostListener;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes one primitive's mezzanine. Blocks for as long as its child process works, which the
 * normaliser's limits bound.
 */
final class MakePrimitive {
  private final PrimitiveMirror primitives;
  private final List<MezzanineCache> ladder;
  private final Retrier retrier;

  /**
   * @param ladder one cache per quality that a video is made in
   */
  MakePrimitive(PrimitiveMirror primitives, List<MezzanineCache> ladder, Retrier retrier) {
    this.primitives = primitives;
    this.ladder = ladder;
    this.retrier = retrier;
  }

  /**
   * A primitive that is done with.
   *
   * @param seconds on a wall clock
   * @param cpuMillis that its mezzanine took, now or earlier
   * @param now whether it was normalised now; an earlier run's was found otherwise
   * @param error why it cannot be used, else null
   */
  record Made(double seconds, long cpuMillis, boolean now, RenderFailure error) {}

  /**
   * Makes it, or finds it made.
   *
   * @throws InterruptedIOException when this thread is interrupted
   */
  Made make(PrimitiveRef primitive) throws InterruptedIOException {
    long begin = System.nanoTime();
    RenderFailure error = null;
    Made[] cost = {new Made(0, 0, false, null)};
    try {
      retrier.run(
          () -> {
            cost[0] = new Made(0, 0, false, null);
            mezzanine(
                primitive,
                (cpu, now) ->
                    cost[0] =
                        new Made(
                            0, cost[0].cpuMillis() + cpu.toMillis(), cost[0].now() || now, null));
            return null;
          });
    } catch (IOException e) {
      error = Failures.of(e);
    }
    return new Made((System.nanoTime() - begin) / 1e9, cost[0].cpuMillis(), cost[0].now(), error);
  }

  /**
   * The primitive as an earlier render made it; empty when this worker does not know it, or lacks
   * it in one of the qualities.
   */
  Optional<Made> found(PrimitiveRef primitive) throws IOException {
    Optional<String> hash =
        primitives.knownHash(primitive.exercise(), primitive.name(), primitive.version());
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    long cpuMillis = 0;
    for (MezzanineCache quality : primitive.video() ? ladder : ladder.subList(0, 1)) {
      Optional<Duration> cost =
          primitive.video() ? quality.costOfVideo(hash.get()) : quality.costOfVoice(hash.get());
      if (cost.isEmpty()) {
        return Optional.empty();
      }
      cpuMillis += cost.get().toMillis();
    }
    return Optional.of(new Made(0, cpuMillis, false, null));
  }

  private void mezzanine(PrimitiveRef primitive, CostListener costs) throws IOException {
    PrimitiveSource source =
        primitives.source(primitive.exercise(), primitive.name(), primitive.version());
    try {
      if (primitive.video()) {
        for (MezzanineCache quality : ladder) {
          quality.video(source, frames -> {}, costs).close();
        }
      } else {
        ladder.get(0).voice(source, costs);
      }
    } finally {
      // Also one that was refused: it is not needed again, and cameras' files are big.
      primitives.drop(primitive.exercise(), primitive.name(), primitive.version());
    }
  }
}
