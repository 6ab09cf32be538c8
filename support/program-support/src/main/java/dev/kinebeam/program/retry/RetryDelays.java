package dev.kinebeam.program.retry;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The delays of one retried call or one poll, under a {@link RetryPolicy}. A limit of time counts
 * from the creation of this object. Not thread-safe.
 */
public final class RetryDelays {
  private final RetryPolicy policy;
  private final RetryClock clock;
  private final long begun;
  private int failures;

  public RetryDelays(RetryPolicy policy, RetryClock clock) {
    this.policy = policy;
    this.clock = clock;
    this.begun = clock.nanoTime();
  }

  /** By the clock of this machine. */
  public static RetryDelays begin(RetryPolicy policy) {
    return new RetryDelays(policy, RetryClock.SYSTEM);
  }

  /** Counts a failure; returns how long to wait, or nothing when the limit is reached. */
  public Optional<Duration> next() {
    return next(Optional.empty());
  }

  /**
   * As {@link #next()}.
   *
   * @param asked how long the other side asks to wait; followed up to the policy's longest delay
   */
  public Optional<Duration> next(Optional<Duration> asked) {
    failures++;
    if (isOver()) {
      return Optional.empty();
    }
    Duration usual = policy.delay(failures, clock.random());
    Duration wait = asked.map(time -> longer(usual, shorter(time, policy.longest()))).orElse(usual);
    return Optional.of(
        policy.limit() instanceof RetryPolicy.Within within
            ? shorter(wait, within.time().minus(elapsed()))
            : wait);
  }

  /** Whether the limit is reached. */
  public boolean isOver() {
    if (policy.limit() instanceof RetryPolicy.Attempts attempts) {
      return failures >= attempts.number();
    }
    return policy.limit() instanceof RetryPolicy.Within within
        && elapsed().compareTo(within.time()) >= 0;
  }

  /** How often {@link #next} was called. */
  public int failures() {
    return failures;
  }

  /** Since the creation of this object. */
  public Duration elapsed() {
    return Duration.ofNanos(clock.nanoTime() - begun);
  }

  /**
   * Sleeps until the next attempt.
   *
   * @param meanwhile what is being waited for, for the message of the exception
   * @return whether there is a next attempt; false when the limit is reached
   * @throws InterruptedIOException when interrupted; the thread stays marked as interrupted
   */
  public boolean pause(String meanwhile) throws InterruptedIOException {
    Optional<Duration> wait = next();
    if (wait.isPresent()) {
      sleep(clock, wait.get(), meanwhile);
    }
    return wait.isPresent();
  }

  static void sleep(RetryClock clock, Duration wait, String meanwhile)
      throws InterruptedIOException {
    try {
      clock.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + meanwhile);
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
