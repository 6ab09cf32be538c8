package dev.kinebeam.render.hosting;

import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * The pauses between looks at something outside this process that tells nobody when it is done:
 * each twice as long as the one before, up to a longest. For one waiting, on one thread.
 */
final class Looks {
  private final long deadline;
  private final long longestMs;
  private long nextMs;

  Looks(Duration patience, long firstMs, long longestMs) {
    this.deadline = System.nanoTime() + patience.toNanos();
    this.nextMs = firstMs;
    this.longestMs = longestMs;
  }

  /** Whether patience is over. */
  boolean areOver() {
    return System.nanoTime() - deadline > 0;
  }

  /**
   * Pauses until the next look.
   *
   * @param meanwhile what goes on, for the message
   * @throws InterruptedIOException when interrupted
   */
  void pause(String meanwhile) throws InterruptedIOException {
    try {
      Thread.sleep(nextMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + meanwhile);
    }
    nextMs = Math.min(2 * nextMs, longestMs);
  }
}
