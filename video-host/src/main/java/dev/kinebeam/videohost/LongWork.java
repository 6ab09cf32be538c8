package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that takes longer than a request should, done by one thread, each piece once at a time. Who
 * asks first waits a moment for it, if nothing else is under way; all others are asked to come
 * again. What was lost for good stays so for a while. Thread-safe.
 */
final class LongWork<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LongWork.class);

  /** Until then nothing is tried again. */
  static final Duration LOST_FOR = Duration.ofSeconds(60);

  private final String name;
  private final Duration wait;
  private final Map<K, CompletableFuture<Void>> underWay = new HashMap<>();
  private final Cache<K, LostMezzanines.LostException> lost;
  private final ExecutorService worker;

  /** One piece. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** It is being done, or waits for its turn. */
  static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    BusyException(String name) {
      super("The " + name + " is being made.");
    }
  }

  /**
   * Begins with nothing.
   *
   * @param name of what is made, for people
   * @param wait how long the first caller waits
   */
  LongWork(String name, Duration wait, Ticker ticker) {
    this.name = name;
    this.wait = wait;
    this.lost =
        Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LOST_FOR).ticker(ticker).build();
    this.worker =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Returns when it is not being done.
   *
   * @throws BusyException when it is
   * @throws LostMezzanines.LostException when it failed so a short while ago
   */
  void requireIdle(K key) throws IOException {
    LostMezzanines.LostException before = lost.getIfPresent(key);
    if (before != null) {
      throw before;
    }
    synchronized (underWay) {
      if (underWay.containsKey(key)) {
        throw new BusyException(name);
      }
    }
  }

  /**
   * Returns when it is done.
   *
   * @throws BusyException when it takes longer; it is continued
   */
  void run(K key, Work work) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean alone;
    synchronized (underWay) {
      requireIdle(key);
      alone = underWay.isEmpty();
      underWay.put(key, done);
    }
    try {
      worker.execute(() -> perform(key, work, done));
    } catch (RejectedExecutionException stopping) {
      over(key);
      throw new BusyException(name);
    }
    await(done, alone ? wait : Duration.ZERO);
  }

  private void perform(K key, Work work, CompletableFuture<Void> done) {
    try {
      work.run();
      over(key);
      done.complete(null);
    } catch (IOException | RuntimeException | Error e) { // whoever waits for it has to learn of it
      LOG.warn("the {} {} was not made", name, key, e); // who began it may have left
      if (e instanceof LostMezzanines.LostException failure) {
        lost.put(key, failure);
      }
      over(key);
      done.completeExceptionally(e);
    }
  }

  private void over(K key) {
    synchronized (underWay) {
      underWay.remove(key);
    }
  }

  private void await(CompletableFuture<Void> done, Duration limit) throws IOException {
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new BusyException(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the " + name + " is made");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("the " + name + " was not made", e.getCause());
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    worker.shutdownNow();
  }
}
