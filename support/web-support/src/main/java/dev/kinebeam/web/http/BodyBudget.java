package dev.kinebeam.web.http;

import java.util.concurrent.Semaphore;

/**
 * How many bytes of bodies all requests together may hold at one time. A batch costs several times
 * its body (its events' bytes, their records, what the parser makes of them), so this and not the
 * number of requests bounds a server's memory while what it writes to is unavailable. Thread-safe.
 */
public final class BodyBudget {
  private static final int RETRY_SECONDS = 1;

  private final String server;
  private final Semaphore bytes;

  /**
   * A budget of which no request holds a part yet.
   *
   * @param server what messages call the server, such as {@code gateway}
   */
  public BodyBudget(String server, int bytes) {
    this.server = server;
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
        throw Problem.unavailable(
            "The " + server + " holds all the bodies that it may.", RETRY_SECONDS);
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
