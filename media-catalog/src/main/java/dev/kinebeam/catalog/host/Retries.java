package dev.kinebeam.catalog.host;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Tries again what may heal, waiting twice as long each time, by a random part less so that workers
 * that failed together do not come back together.
 *
 * @param attempts how often in all
 * @param first the wait after the first failure, before jitter
 * @param longest no wait is longer, also when the host asks for it; none is shorter than the usual
 * @param pause how to wait
 * @param random where the jitter comes from
 */
record Retries(
    int attempts, Duration first, Duration longest, Pause pause, RandomGenerator random) {

  /** Waits; in tests it only takes note. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /** A call to the host. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws VideoHostException;
  }

  static Retries standard() {
    return new Retries(
        6,
        Duration.ofMillis(250),
        Duration.ofSeconds(10),
        duration -> Thread.sleep(duration.toMillis()),
        RandomGenerator.getDefault());
  }

  <T> T run(Call<T> call) throws VideoHostException {
    for (int attempt = 1; ; attempt++) {
      try {
        return call.run();
      } catch (VideoHostException.Unavailable e) {
        if (attempt == attempts) {
          throw e;
        }
        waitAfter(attempt, e);
      }
    }
  }

  private void waitAfter(int attempt, VideoHostException.Unavailable failure)
      throws VideoHostException {
    try {
      pause.of(waitFor(attempt, failure.retryAfter()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(failure);
      throw new VideoHostException.Unavailable(
          "interrupted while waiting to try again: " + failure.getMessage(), interrupted);
    }
  }

  /** What the host asks for; never less than the usual wait, which grows. */
  private Duration waitFor(int attempt, Optional<Duration> asked) {
    Duration usual = jittered(attempt);
    return asked.map(this::capped).filter(wait -> wait.compareTo(usual) > 0).orElse(usual);
  }

  private Duration jittered(int attempt) {
    long full = capped(first.multipliedBy(1L << (attempt - 1))).toMillis();
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  private Duration capped(Duration wanted) {
    return wanted.compareTo(longest) > 0 ? longest : wanted;
  }
}
