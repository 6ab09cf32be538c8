package dev.kinebeam.render.job;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** Tells a step that failed from one that was cancelled. */
final class Failures {
  private Failures() {}

  /**
   * What to tell people of a failure; never null.
   *
   * @throws InterruptedIOException when there is no failure: the step is being cancelled, and its
   *     order is served by the next attempt
   */
  static String reason(IOException failure) throws InterruptedIOException {
    if (failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException
        || Thread.currentThread().isInterrupted()) {
      InterruptedIOException cancelled = new InterruptedIOException("cancelled");
      cancelled.initCause(failure);
      throw cancelled;
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
