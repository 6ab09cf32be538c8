package dev.kinebeam.program.retry;

import java.time.Duration;
import java.time.Instant;

/** When a step of a loop that must not sleep may be tried again. Not thread-safe. */
public final class RetrySchedule {
  private final RetryPolicy policy;
  private final RetryClock clock;
  private int failures;
  private Instant next = Instant.MIN;

  /**
   * A schedule without failures.
   *
   * @param policy its limit is not used: the loop decides when to give up
   */
  public RetrySchedule(RetryPolicy policy) {
    this(policy, RetryClock.SYSTEM);
  }

  RetrySchedule(RetryPolicy policy, RetryClock clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /** Whether the delay after the last failure is over. */
  public boolean isDue(Instant now) {
    return !now.isBefore(next);
  }

  /** Records a failure; returns the delay until the step is due again. */
  public Duration failed(Instant now) {
    Duration delay = policy.delay(++failures, clock.random());
    next = now.plus(delay);
    return delay;
  }

  /** Records a success: the step is due, and the next delay is the first one. */
  public void succeeded() {
    failures = 0;
    next = Instant.MIN;
  }
}
