package dev.kinebeam.program.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that works until its owner stops it. When anything is thrown out of its work, it
 * has ended for good: that is logged, and {@link #failures} names it, so that {@code /livez} and
 * {@code /readyz} of the program say that it must be restarted. Memory that the JVM itself finds
 * exhausted ends the process ({@code -XX:+ExitOnOutOfMemoryError}); direct memory does not.
 */
public final class LongLivedThread {
  private static final Logger LOG = LoggerFactory.getLogger(LongLivedThread.class);

  /** Of this process, by who has failed. */
  private static final Map<Object, String> FAILURES = new ConcurrentHashMap<>();

  private final Thread thread;

  /** What such a thread does, until its owner stops it. */
  @FunctionalInterface
  public interface Work {
    void run() throws InterruptedException;
  }

  private LongLivedThread(String name, Work work) {
    thread = new Thread(watched(this, name, work), name);
    thread.setDaemon(true);
  }

  /** Starts a thread; its owner calls {@link #join} after it has asked the work to return. */
  public static LongLivedThread start(String name, Work work) {
    LongLivedThread started = new LongLivedThread(name, work);
    started.thread.start();
    return started;
  }

  /**
   * A task of a schedule, which would end without a word with the first thing that it throws. A
   * task that works again has recovered.
   */
  public static Runnable watched(String name, Runnable task) {
    return watched(
        task,
        name,
        () -> {
          task.run();
          FAILURES.remove(task);
        });
  }

  private static Runnable watched(Object key, String name, Work work) {
    return () -> {
      try {
        work.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException | Error e) {
        FAILURES.put(key, name); // first: the log may need the memory that is missing
        LOG.error("the thread {} has ended; the program must be restarted", name, e);
        throw e;
      }
    };
  }

  /** The names of the threads of this process that have failed and are not closed. */
  public static List<String> failures() {
    return FAILURES.values().stream().distinct().sorted().toList();
  }

  /** Waits until the work has returned, at most so long; after that it counts as closed. */
  public void join(Duration limit) {
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    FAILURES.remove(this);
  }
}
