package dev.kinebeam.trials.demo;

import dev.kinebeam.schemas.AlertDefaults;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The exercise that stays broken in every clinic until this is ended, so that each inbox has
 * something to answer: some sessions at once, and then one now and then.
 */
final class FailingExercise {
  private static final long EVERY_SECONDS = 20;

  /** From so many sessions on the exercise is judged. */
  static final int ENOUGH = AlertDefaults.MIN_SESSIONS;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Future<?> playing;

  private FailingExercise(Incidents incidents, int first, ExecutorService threads) {
    this.playing =
        threads.submit(
            () -> {
              incidents.fail(first).await();
              while (!over.await(EVERY_SECONDS, TimeUnit.SECONDS)) {
                incidents.fail(1).await();
              }
              return null;
            });
  }

  /**
   * Begins to play it.
   *
   * @param first how many sessions there are at once in each clinic
   */
  static FailingExercise begin(Incidents incidents, int first, ExecutorService threads) {
    return new FailingExercise(incidents, first, threads);
  }

  /** Returns when the last of its sessions is over. */
  void end() throws InterruptedException, ExecutionException {
    over.countDown();
    playing.get();
  }
}
