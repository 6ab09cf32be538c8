package dev.kinebeam.composer.compose;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** How many pieces of sound are encoded at once, and how long a caller waits for its turn. */
public final class EncodingLimit {
  /** For callers that have time. */
  public static final EncodingLimit NONE =
      new EncodingLimit(Integer.MAX_VALUE, Duration.ofHours(1));

  private final LongAdder encoded = new LongAdder();
  private final Semaphore permits;
  private final int ofOne;
  private final Duration within;

  public EncodingLimit(int atOnce, Duration within) {
    this.permits = new Semaphore(atOnce, true);
    this.ofOne = Math.max(1, atOnce / 2);
    this.within = within;
  }

  /** Too much is being encoded; it may be asked for again in a moment. */
  public static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("too much sound is being encoded at the moment");
    }
  }

  /** What is done in a turn. */
  interface Turn<T> {
    T run() throws IOException;
  }

  /**
   * Turns of one track: half of all, so that a rush on one video leaves room for the next piece of
   * any other.
   */
  Semaphore turnsOfOne() {
    return new Semaphore(ofOne, true);
  }

  /** Waits for one of these turns, and runs. */
  <T> T inTurn(Semaphore turns, Turn<T> turn) throws IOException {
    try {
      if (!turns.tryAcquire(within.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    try {
      return turn.run();
    } finally {
      turns.release();
    }
  }

  /** Waits for a permit, and encodes. */
  <T> T encoding(Turn<T> turn) throws IOException {
    return inTurn(
        permits,
        () -> {
          encoded.increment();
          return turn.run();
        });
  }

  /** How many pieces were encoded under this limit. */
  public long encoded() {
    return encoded.sum();
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException cancelled =
        new InterruptedIOException("cancelled while waiting to encode the sound");
    cancelled.initCause(e);
    return cancelled;
  }
}
