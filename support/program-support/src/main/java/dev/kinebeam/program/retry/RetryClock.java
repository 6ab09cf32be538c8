package dev.kinebeam.program.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Time, pauses and chance; a test replaces them, and waits for nothing. */
public interface RetryClock {
  /** The clock of this machine. */
  RetryClock SYSTEM =
      new RetryClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }

        @Override
        public double random() {
          return ThreadLocalRandom.current().nextDouble();
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  /** Returns after {@code duration}. */
  void sleep(Duration duration) throws InterruptedException;

  /** A number from 0 to 1, for the jitter. */
  double random();
}
