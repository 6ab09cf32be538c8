package dev.kinebeam.program.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Work on many files, as many at once as there are processors. */
public final class Parallel {
  private Parallel() {}

  /**
   * Does all of it and hands back the results in the order of the work.
   *
   * @param done receives the number of finished tasks, from several threads
   * @throws IOException the first in the order of the work; what is not begun then is left
   */
  public static <T> List<T> run(List<Callable<T>> work, IntConsumer done) throws IOException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(work.size(), Runtime.getRuntime().availableProcessors())));
    AtomicInteger count = new AtomicInteger();
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> piece : work) {
        futures.add(
            pool.submit(
                () -> {
                  T result = piece.call();
                  done.accept(count.incrementAndGet());
                  return result;
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("work on a file met a fault: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("cancelled").initCause(e);
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  /** Whoever called may delete the folder that they work in. */
  private static void awaitEnd(ExecutorService pool) {
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
