package dev.kinebeam.coreapi.input;

import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.MinuteLimit;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Reads that each keep a connection to the database for seconds: a few at once, so that the others
 * find connections, and a few of each person in a minute.
 */
public final class CostlyReads {
  private static final int WAIT_SECONDS = 2;

  private final Semaphore places;
  private final int perMinute;
  private final MinuteLimit limit = new MinuteLimit("this person");

  /** What is read. */
  @FunctionalInterface
  public interface Read<T> {
    /** Reads it. */
    T run() throws Problem, IOException;
  }

  /**
   * Reads of one kind.
   *
   * @param atOnce how many may run
   * @param perMinute how many of these a person may ask for
   */
  public CostlyReads(int atOnce, int perMinute) {
    places = new Semaphore(atOnce);
    this.perMinute = perMinute;
  }

  /**
   * Reads at once, or not at all.
   *
   * @throws Problem 429 when the caller asks too often, 503 when too many others read
   */
  public <T> T run(Principal caller, Read<T> read) throws Problem, IOException {
    limit.count(caller.subject(), perMinute);
    if (!places.tryAcquire()) {
      throw Problem.unavailable("Too many of these questions are being answered.", WAIT_SECONDS);
    }
    try {
      return read.run();
    } finally {
      places.release();
    }
  }
}
