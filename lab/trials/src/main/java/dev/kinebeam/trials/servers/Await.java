package dev.kinebeam.trials.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for conditions that other processes bring about. */
public final class Await {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private Await() {}

  /** A condition that may fail. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Returns when the condition holds.
   *
   * @param what the condition, in words
   * @throws IOException when it does not hold in time
   */
  public static void until(String what, Duration within, Condition condition) throws Exception {
    if (!comes(within, condition)) {
      throw new IOException("not within " + within.toSeconds() + " s: " + what);
    }
  }

  /** Waits for the condition, and returns whether it held in time. */
  public static boolean comes(Duration within, Condition condition) throws Exception {
    long deadline = System.nanoTime() + within.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
    }
    return true;
  }
}
