package dev.kinebeam.program.retry;

import java.time.Duration;

/**
 * When a failed call is repeated: delays that grow by a factor up to a longest one, shortened at
 * random so that callers that failed together do not return together.
 *
 * @param first the delay after the first failure
 * @param factor each delay is this many times the one before; at least 1
 * @param longest no delay is longer
 * @param jitter the part of a delay that may be taken off at random, from 0 to 1
 * @param limit when to give up
 */
public record RetryPolicy(
    Duration first, double factor, Duration longest, double jitter, Limit limit) {

  /** When the last failure is final. */
  public sealed interface Limit permits Attempts, Within, Unlimited {}

  /** A number of attempts, the first one included. */
  public record Attempts(int number) implements Limit {}

  /** A time from the first failure, or from the start of a poll; one attempt is made at its end. */
  public record Within(Duration time) implements Limit {}

  /** Never given up. */
  public record Unlimited() implements Limit {}

  /** Checks the numbers. */
  public RetryPolicy {
    if (first.isNegative() || longest.compareTo(first) < 0 || factor < 1) {
      throw new IllegalArgumentException(
          "delays must not be negative and must not shrink: first %s, factor %s, longest %s"
              .formatted(first, factor, longest));
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
    }
  }

  /** Each delay twice as long as the one before, up to half of it taken off at random. */
  public static RetryPolicy doubling(Duration first, Duration longest) {
    return new RetryPolicy(first, 2, longest, 0.5, new Unlimited());
  }

  /** The same delay each time. */
  public static RetryPolicy every(Duration delay) {
    return new RetryPolicy(delay, 1, delay, 0, new Unlimited());
  }

  /** This policy with a limit of attempts. */
  public RetryPolicy attempts(int number) {
    return new RetryPolicy(first, factor, longest, jitter, new Attempts(number));
  }

  /** This policy with a limit of time. */
  public RetryPolicy within(Duration time) {
    return new RetryPolicy(first, factor, longest, jitter, new Within(time));
  }

  /** This policy with another jitter. */
  public RetryPolicy jitter(double part) {
    return new RetryPolicy(first, factor, longest, part, limit);
  }

  /**
   * The delay after a failure.
   *
   * @param failures how many there were, this one included
   * @param random from 0 to 1
   */
  public Duration delay(int failures, double random) {
    double full =
        Math.min(first.toNanos() * Math.pow(factor, failures - 1.0), (double) longest.toNanos());
    return Duration.ofNanos(Math.round(full * (1 - jitter * random)));
  }
}
