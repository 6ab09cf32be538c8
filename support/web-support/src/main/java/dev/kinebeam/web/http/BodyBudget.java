package dev.kinebeam.web.http;

import java.util.concurrent.Semaphore;

/**
 * How many bytes of bodies all requests together may hold at one time. A batch costs several times
 * its body (its events' bytes, their records, what the parser makes of them), so this and not the
 * number of requests bounds the gateway's memory while Kafka is unavailable. Thread-safe.
 */
public final class BodyBudget {
  private static final int RETRY_SECONDS = 1;

  private final Semaphore bytes;

  public BodyBudget(int bytes) {
    this.bytes = new Semaphore(bytes);
  }

  /** One request's part, nothing at first; to be closed when its bytes are released. */
  public Share open() {
    return new Share();
  }

  /** What one request holds. Not thread-safe. */
  public final class Share implements AutoCloseable {
    private int held;

    private Share() {}

    /**
     * Holds {@code more} bytes.
     *
     * @throws Problem 503 when the other requests hold too many
     */
    public void take(int more) throws Problem {
      if (!bytes.tryAcquire(more)) {
        throw Problem.unavailable("The gateway holds all the bodies that it may.", RETRY_SECONDS);
      }
      held += more;
    }

    @Override
    public void close() {
      bytes.release(held);
      held = 0;
    }
  }
}
