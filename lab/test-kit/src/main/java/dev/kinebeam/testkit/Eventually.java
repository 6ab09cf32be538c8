package dev.kinebeam.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Waits of tests for what other threads, programs and servers bring about. They end as soon as the
 * condition holds, so the limit is for what never comes: it is far beyond what a busy machine
 * needs, and says nothing of how fast something is. What is promised within a time is measured
 * instead.
 */
public final class Eventually {
  /** The longest wait. */
  public static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Between two looks, at first and later: most waits are short, and long ones must cost little.
   */
  private static final Duration SOON = Duration.ofMillis(5);

  private static final Duration LATER = Duration.ofMillis(200);

  private Eventually() {}

  /**
   * A condition that may fail.
   *
   * @param <E> how
   */
  @FunctionalInterface
  public interface Condition<E extends Exception> {
    boolean holds() throws E;
  }

  /**
   * Returns when the condition holds.
   *
   * @param what the condition, in words
   * @throws AssertionError when it does not hold within {@link #LIMIT}
   */
  public static <E extends Exception> void until(String what, Condition<E> condition) throws E {
    until(() -> what, condition);
  }

  /**
   * The same.
   *
   * @param what the condition, and what was found instead; asked only when it is needed
   */
  public static <E extends Exception> void until(Supplier<String> what, Condition<E> condition)
      throws E {
    long begun = System.nanoTime();
    long pause = SOON.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - begun > LIMIT.toNanos()) {
        throw new AssertionError("not within " + LIMIT.toMinutes() + " minutes: " + what.get());
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, LATER.toNanos());
    }
  }
}
