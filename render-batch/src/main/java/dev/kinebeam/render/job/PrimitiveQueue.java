package dev.kinebeam.render.job;

import dev.kinebeam.render.job.MakePrimitive.Made;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the primitives of renders of this process, a few at once: each once for as long as this is
 * open, those of the render that asked first before those of the next. Thread-safe.
 */
final class PrimitiveQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrimitiveQueue.class);

  /** A child process that is killed ends within ten seconds, or hangs in the kernel. */
  private static final long ENDED_WITHIN_SECONDS = 20;

  private final Making making;
  private final ExecutorService threads;
  private final ConcurrentMap<String, FutureTask<Made>> byId = new ConcurrentHashMap<>();

  /**
   * An empty queue.
   *
   * @param atOnce how many primitives are made at a time
   */
  PrimitiveQueue(Making making, int atOnce) {
    this.making = making;
    this.threads = Executors.newFixedThreadPool(atOnce);
  }

  /** Makes one primitive; what cannot be made is in the result, and what was not tried throws. */
  @FunctionalInterface
  interface Making {
    Made make(PrimitiveRef primitive) throws IOException;
  }

  /**
   * A primitive that a render waits for.
   *
   * @param first whether no render has asked for it before
   */
  record Asked(boolean first, Future<Made> primitive) {
    /**
     * Returns when it is made.
     *
     * @throws InterruptedIOException when it is being cancelled
     * @throws IOException when it could not be tried
     */
    Made await() throws IOException {
      try {
        return primitive.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a primitive is made");
      } catch (CancellationException e) {
        InterruptedIOException cancelled = new InterruptedIOException("cancelled: the job ends");
        cancelled.initCause(e);
        throw cancelled;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        }
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IOException(e.getCause());
      }
    }
  }

  /** Asks for all of them; returns at once. */
  List<Asked> ask(List<PrimitiveRef> primitives) {
    List<Asked> asked = new ArrayList<>();
    for (PrimitiveRef primitive : primitives) {
      FutureTask<Made> task = new FutureTask<>(() -> make(primitive));
      FutureTask<Made> known = byId.putIfAbsent(primitive.id(), task);
      if (known == null) {
        start(task);
      }
      asked.add(new Asked(known == null, known == null ? task : known));
    }
    return asked;
  }

  private void start(FutureTask<Made> task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("a primitive is asked for after the end", e);
      task.cancel(true);
    }
  }

  /** What was not tried is not remembered: whoever asks next tries it. */
  private Made make(PrimitiveRef primitive) throws IOException {
    boolean tried = false;
    try {
      Made made = making.make(primitive);
      tried = true;
      return made;
    } finally {
      if (!tried) {
        byId.remove(primitive.id());
      }
    }
  }

  /**
   * Cancels all that is not made yet, and returns when no thread uses the stores any more; after 20
   * s it logs that one does.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    byId.values().forEach(task -> task.cancel(true));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ENDED_WITHIN_SECONDS);
    // A job that is being cancelled interrupts this wait too.
    boolean interrupted = Thread.interrupted();
    try {
      while (!threads.isTerminated()) {
        try {
          if (!threads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.warn("a primitive is still being made {} s after the end", ENDED_WITHIN_SECONDS);
            return;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
