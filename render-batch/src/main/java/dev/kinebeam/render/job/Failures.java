package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.retry.TransientFailure;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Distinguishes a step that failed from one that was cancelled. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * The message for users of a failure; never null.
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

  /**
   * The reason of a failure for people, and whether the order is worth trying again.
   *
   * @throws InterruptedIOException as {@link #reason}
   */
  static RenderFailure of(IOException failure) throws InterruptedIOException {
    return new RenderFailure(reason(failure), mayPass(failure));
  }

  private static boolean mayPass(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (TransientFailure.is(cause)) {
        return true;
      }
    }
    return false;
  }

  /** What may fail for one order. */
  @FunctionalInterface
  interface Attempt {
    RenderOutcome run() throws IOException;
  }

  /**
   * The outcome; a failure is one too.
   *
   * @throws InterruptedIOException when the step is being cancelled
   * @throws DatabaseUnavailableException when nothing can be recorded
   */
  static RenderOutcome orOutcome(ComposeOrder order, Attempt attempt)
      throws InterruptedIOException {
    try {
      return attempt.run();
    } catch (IOException e) {
      return RenderOutcome.failed(order, of(e));
    } catch (RuntimeException e) {
      return RenderOutcome.failed(order, ofOurs(e, order.renderId()));
    }
  }

  /**
   * The message for users of an order that met a defect of this program: it fails by itself, the
   * log has the trace, and the other orders continue.
   *
   * @throws DatabaseUnavailableException when the cause is the database, which stays unavailable:
   *     then nothing can be recorded, and the job must stop
   */
  static String ofOurs(RuntimeException fault, UUID renderId) {
    if (fault instanceof DatabaseUnavailableException away) {
      throw away;
    }
    LOG.error("render {} met a fault of this program", renderId, fault);
    return "a fault of this program, see the worker's log: " + fault;
  }
}
