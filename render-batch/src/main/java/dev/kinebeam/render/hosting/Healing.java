package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.retry.TemporaryFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what may heal by itself: the video host, the object store or the database is
 * unavailable. A bad file, a refusal and a full disk are told at once, because asking again changes
 * nothing.
 *
 * @param patience how long to keep trying, from the first failure
 * @param first the first wait; each next one is twice as long
 * @param longest no wait is longer
 * @param pause how to wait
 * @param nanos a clock that only goes forward, as {@link System#nanoTime}
 */
public record Healing(
    Duration patience, Duration first, Duration longest, Pause pause, LongSupplier nanos) {
  private static final Logger LOG = LoggerFactory.getLogger(Healing.class);

  /** Waits; in tests it only takes note. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /** What is tried; may be repeated. */
  @FunctionalInterface
  public interface Attempt<T, X extends Exception> {
    T run() throws IOException, X;
  }

  /** Half a second at first, half a minute at most. */
  public static Healing within(Duration patience) {
    return new Healing(
        patience,
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        duration -> Thread.sleep(duration.toMillis()),
        System::nanoTime);
  }

  /** Whether trying again later can help. */
  public static boolean mayHeal(Throwable failure) {
    return failure instanceof VideoHostException.Unavailable
        || failure instanceof ObjectStoreException.Unavailable
        || failure instanceof DatabaseUnavailableException
        || failure instanceof TemporaryFailure;
  }

  /**
   * Runs {@code attempt} until it succeeds, fails for good, or patience is over.
   *
   * @throws InterruptedIOException when interrupted while waiting
   * @throws IOException the last failure, as are X and {@link DatabaseUnavailableException}
   */
  public <T, X extends Exception> T run(Attempt<T, X> attempt) throws IOException, X {
    OptionalLong firstFailure = OptionalLong.empty();
    Duration wait = first;
    while (true) {
      try {
        return attempt.run();
      } catch (VideoHostException.Unavailable
          | ObjectStoreException.Unavailable
          | DatabaseUnavailableException
          | TemporaryFailure e) {
        long now = nanos.getAsLong();
        firstFailure = OptionalLong.of(firstFailure.orElse(now));
        boolean over = now - firstFailure.getAsLong() >= patience.toNanos();
        if (over || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LOG.warn("{}; trying again in {} ms", e.getMessage(), wait.toMillis());
        sleep(wait, e);
        wait = min(wait.multipliedBy(2), longest);
      }
    }
  }

  private void sleep(Duration wait, Exception failure) throws InterruptedIOException {
    try {
      pause.of(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while waiting: " + failure.getMessage());
      interrupted.initCause(failure);
      throw interrupted;
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
