package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Waits until a render is ready or failed. The doorbell makes it prompt and the table makes it
 * true: it is read again after each ring, and every second in case a ring was missed.
 */
public final class RenderWait {
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private final ExerciseRenders renders;
  private final RenderNotifier notifier;
  private final Semaphore places;

  /**
   * A waiting room.
   *
   * @param places how many may wait at a time, each of whom holds a thread; others do not wait
   */
  public RenderWait(ExerciseRenders renders, RenderNotifier notifier, int places) {
    this.renders = renders;
    this.notifier = notifier;
    this.places = new Semaphore(places);
  }

  static boolean isOver(Render render) {
    return render.status() == Render.Status.READY || render.status() == Render.Status.FAILED;
  }

  /**
   * The render when it is over, or as it stands after {@code atMost}.
   *
   * @param organisation of whoever waits
   */
  Render await(Render render, Duration atMost, Optional<UUID> organisation)
      throws InterruptedException {
    if (isOver(render) || atMost.isZero() || !places.tryAcquire()) {
      return render;
    }
    try {
      return waited(render, System.nanoTime() + atMost.toNanos(), organisation);
    } finally {
      places.release();
    }
  }

  private Render waited(Render first, long deadline, Optional<UUID> organisation)
      throws InterruptedException {
    Render render = first;
    while (true) {
      CountDownLatch rung = notifier.listen(render.renderId());
      try {
        render = renders.find(render.renderId(), organisation).orElse(render);
        long left = deadline - System.nanoTime();
        if (isOver(render) || left <= 0) {
          return render;
        }
        awaitNotification(rung, Math.min(left, POLL_INTERVAL.toNanos()));
      } finally {
        notifier.forget(render.renderId(), rung);
      }
    }
  }

  @SuppressWarnings("ReturnValueIgnored") // rung or not, the table is read again
  private static void awaitNotification(CountDownLatch rung, long nanos)
      throws InterruptedException {
    rung.await(nanos, TimeUnit.NANOSECONDS);
  }
}
