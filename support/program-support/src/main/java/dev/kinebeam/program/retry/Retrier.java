package dev.kinebeam.program.retry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats calls that failed for a reason that may pass. All other failures are thrown at once, and
 * so is the last one when the policy's limit is reached. Thread-safe.
 *
 * @param policy when to repeat; a limit of time counts from the first failure
 * @param isTransient which failures may pass
 * @param clock how to wait
 */
public record Retrier(RetryPolicy policy, Predicate<Exception> isTransient, RetryClock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(Retrier.class);
  private static final Duration WARN_EVERY = Duration.ofSeconds(30);

  /** A call that may be repeated. */
  @FunctionalInterface
  public interface Attempt<T, X extends Exception> {
    T run() throws X;
  }

  /** A call with input or output that may be repeated, and may have another exception too. */
  @FunctionalInterface
  public interface IoAttempt<T, X extends Exception> {
    T run() throws IOException, X;
  }

  /** Repeats after each {@link TransientFailure}, by the clock of this machine. */
  public static Retrier of(RetryPolicy policy) {
    return new Retrier(policy, TransientFailure::is, RetryClock.SYSTEM);
  }

  /** For files and services that may be unavailable: half a second at first, at most 30 s. */
  public static Retrier within(Duration limit) {
    return of(RetryPolicy.doubling(Duration.ofMillis(500), Duration.ofSeconds(30)).within(limit));
  }

  /**
   * Runs {@code attempt} until it succeeds.
   *
   * @throws X the last failure, when it is not transient or the limit is reached
   * @throws InterruptedException when interrupted while waiting
   */
  public <T, X extends Exception> T call(Attempt<T, X> attempt) throws X, InterruptedException {
    Run run = new Run();
    while (true) {
      try {
        return run.succeeded(attempt.run());
      } catch (Exception e) {
        Optional<Duration> wait = run.failed(e);
        if (wait.isEmpty()) {
          throw e;
        }
        clock.sleep(wait.get());
      }
    }
  }

  /**
   * Runs {@code attempt} until it succeeds.
   *
   * @throws X the last failure, when it is not transient or the limit is reached; so IOException
   * @throws InterruptedIOException when interrupted while waiting; the thread stays marked
   */
  public <T, X extends Exception> T run(IoAttempt<T, X> attempt) throws IOException, X {
    Run run = new Run();
    while (true) {
      try {
        return run.succeeded(attempt.run());
      } catch (Exception e) {
        Optional<Duration> wait = run.failed(e);
        if (wait.isEmpty()) {
          throw e;
        }
        RetryDelays.sleep(clock, wait.get(), "waiting to try again: " + e.getMessage());
      }
    }
  }

  /** One call and its repetitions. */
  private final class Run {
    private Optional<RetryDelays> backoff = Optional.empty();
    private long warned;

    /** How long to wait; nothing when the failure is final. */
    Optional<Duration> failed(Exception failure) {
      if (!isTransient.test(failure) || Thread.currentThread().isInterrupted()) {
        return Optional.empty();
      }
      boolean isFirst = backoff.isEmpty();
      RetryDelays delays = backoff.orElseGet(() -> new RetryDelays(policy, clock));
      backoff = Optional.of(delays);
      Optional<Duration> wait =
          delays.next(
              failure instanceof TransientFailure known ? known.retryAfter() : Optional.empty());
      wait.ifPresent(time -> log(failure, time, isFirst));
      return wait;
    }

    private void log(Exception failure, Duration wait, boolean isFirst) {
      long now = clock.nanoTime();
      if (isFirst || now - warned >= WARN_EVERY.toNanos()) {
        warned = now;
        LOG.warn("{}; trying again in {} ms", failure.getMessage(), wait.toMillis());
      }
    }

    <T> T succeeded(T result) {
      backoff.ifPresent(
          delays ->
              LOG.info(
                  "succeeded after {} failures in {} ms",
                  delays.failures(),
                  delays.elapsed().toMillis()));
      return result;
    }
  }
}
