package dev.kinebeam.web.http;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request's body as it comes, without a thread of its own, and asks for room before it
 * holds a piece. A body that is too large is read and thrown away up to a limit, so that its sender
 * reads the answer.
 */
final class ArrivingBody implements Runnable {
  /** So much of a body that is too large is read and thrown away. */
  private static final int DRAIN_FACTOR = 16;

  /** What is held at least; doubled as a body grows. */
  private static final int PIECE = 8192;

  private final Request request;
  private final HttpLimits limits;
  private final BodyBudget.Share share;
  private final Counter counter;
  private final Ends ends;
  private final long begun = System.nanoTime();
  private final boolean tooLarge;

  private byte[] held = new byte[0];
  private long received;
  private UnfinishedBodies.@Nullable Lease lease;
  private Scheduler.@Nullable Task timer;
  private boolean ended;

  /** Counts a body that has not arrived with its head; refuses by throwing. */
  @FunctionalInterface
  interface Counter {
    UnfinishedBodies.Lease begin() throws Problem;
  }

  /** What becomes of a body; one of them is called once. */
  interface Ends {
    void arrived(byte[] body);

    void refused(Problem problem);
  }

  ArrivingBody(
      Request request, HttpLimits limits, BodyBudget.Share share, Counter counter, Ends ends) {
    this.request = request;
    this.limits = limits;
    this.share = share;
    this.counter = counter;
    this.ends = ends;
    this.tooLarge = request.getLength() > limits.bodies().maxBytes();
  }

  private enum Progress {
    MORE_TO_COME,
    ARRIVED,
    OVER_BEFORE
  }

  /** Reads what is there; called again by the server when there is more. */
  @Override
  public void run() {
    Progress progress;
    try {
      progress = read();
    } catch (Problem problem) {
      ends.refused(problem);
      return;
    }
    switch (progress) {
      case MORE_TO_COME -> request.demand(this);
      case ARRIVED -> ends.arrived(held);
      case OVER_BEFORE -> {}
    }
  }

  private synchronized Progress read() throws Problem {
    if (ended) {
      return Progress.OVER_BEFORE;
    }
    try {
      if (tooLarge && request.getLength() > (long) DRAIN_FACTOR * limits.bodies().maxBytes()) {
        throw tooLarge();
      }
      for (Content.Chunk chunk = request.read(); chunk != null; chunk = request.read()) {
        if (taken(chunk)) {
          return arrived();
        }
      }
      expectMore();
      return Progress.MORE_TO_COME;
    } catch (Problem problem) {
      end();
      throw problem;
    }
  }

  private boolean taken(Content.Chunk chunk) throws Problem {
    if (Content.Chunk.isFailure(chunk)) {
      throw failed(chunk.getFailure());
    }
    try {
      int more = chunk.remaining();
      if (!tooLarge && more > 0) {
        grow(more);
        chunk.getByteBuffer().get(held, (int) received, more);
      }
      received += more;
      return chunk.isLast();
    } finally {
      chunk.release();
    }
  }

  private void grow(int more) throws Problem {
    long needed = received + more;
    if (needed > held.length) {
      long length = Math.min(request.getLength(), Math.max(needed, Math.max(PIECE, 2 * received)));
      share.take((int) length - held.length);
      held = Arrays.copyOf(held, (int) length);
    }
  }

  private Progress arrived() throws Problem {
    if (tooLarge) {
      throw tooLarge();
    }
    end();
    return Progress.ARRIVED;
  }

  private void expectMore() throws Problem {
    if (lease == null) {
      lease = counter.begin();
      scheduleTimer();
    }
  }

  private void scheduleTimer() {
    long left = limits.timeouts().forBody(received).toNanos() - (System.nanoTime() - begun);
    timer =
        request
            .getComponents()
            .getScheduler()
            .schedule(this::late, Math.max(1, left), TimeUnit.NANOSECONDS);
  }

  private void late() {
    synchronized (this) {
      if (ended) {
        return;
      }
      if (System.nanoTime() - begun < limits.timeouts().forBody(received).toNanos()) {
        scheduleTimer();
        return;
      }
      end();
    }
    ends.refused(timedOut());
  }

  private void end() {
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
    if (lease != null) {
      lease.close();
    }
  }

  private Problem failed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return timedOut();
      }
    }
    return Problem.of(HttpStatus.BAD_REQUEST_400, "The request ended before its end.")
        .withHeader("Connection", "close");
  }

  private Problem timedOut() {
    return Problem.of(
            HttpStatus.REQUEST_TIMEOUT_408,
            "The body did not arrive in time: %d of %d bytes came. It may take %d s, and after 5 s must come at %d bytes per second at least."
                .formatted(
                    received,
                    request.getLength(),
                    limits.timeouts().body().toSeconds(),
                    limits.timeouts().bodyBytesPerSecond()))
        .withHeader("Connection", "close");
  }

  private Problem tooLarge() {
    int most = limits.bodies().maxBytes();
    return LimitedBody.tooLarge(most);
  }
}
