package dev.kinebeam.render.job;

import dev.kinebeam.render.job.MakePrimitive.Made;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Makes the primitives of renders of this process, a few at once: each once for as long as this is
 * open, those of the render that asked first before those of the next. Thread-safe.
 */
final class PrimitiveQueue implements AutoCloseable {
  private final MakePrimitive making;
  private final ExecutorService threads;
  private final ConcurrentMap<String, FutureTask<Made>> byId = new ConcurrentHashMap<>();

  /**
   * An empty queue.
   *
   * @param atOnce how many primitives are made at a time
   */
  PrimitiveQueue(MakePrimitive making, int atOnce) {
    this.making = making;
    this.threads = Executors.newFixedThreadPool(atOnce);
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
     * @throws IOException when it could not be tried
     */
    Made await() throws IOException {
      try {
        return primitive.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a primitive is made");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException fault) {
          throw fault;
        }
        throw new IOException(e.getCause());
      }
    }
  }

  /** Asks for all of them; returns at once. */
  List<Asked> ask(List<PrimitiveRef> primitives) {
    List<Asked> asked = new ArrayList<>();
    for (PrimitiveRef primitive : primitives) {
      FutureTask<Made> task = new FutureTask<>(() -> making.make(primitive));
      FutureTask<Made> known = byId.putIfAbsent(primitive.id(), task);
      if (known == null) {
        threads.execute(task);
      }
      asked.add(new Asked(known == null, known == null ? task : known));
    }
    return asked;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
