package dev.kinebeam.web.http;

import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The places of requests that are served at a time. Every failure of one becomes a problem
 * document, and what is a defect of the program is logged. Thread-safe.
 */
final class RequestSlots {
  private static final Logger LOG = LoggerFactory.getLogger(RequestSlots.class);

  /** Where the log finds the request's id. */
  private static final String REQUEST = "request";

  private final String server;
  private final Semaphore free;

  /** So many places of a server, which messages call {@code server}. */
  RequestSlots(String server, int slots) {
    this.server = server;
    free = new Semaphore(slots);
  }

  /** What is done in a place. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws Exception;
  }

  /**
   * Does {@code work} in a place.
   *
   * @param head whose id the log carries
   * @param route names the request in the log
   * @throws Problem 503 when no place is free; else as the work says, 500 for what it did not
   *     foresee
   */
  <T> T serve(Gate.Head head, String route, Work<T> work) throws Problem {
    if (!free.tryAcquire()) {
      throw Problem.unavailable("The " + server + " is at its limit of requests.", 1);
    }
    MDC.put(REQUEST, head.id());
    try {
      return work(head.method() + " " + route, work);
    } finally {
      MDC.remove(REQUEST);
      free.release();
    }
  }

  @SuppressWarnings("CatchingUnchecked") // the last resort of every request
  private <T> T work(String what, Work<T> work) throws Problem {
    try {
      return work.run();
    } catch (Problem problem) {
      throw problem;
    } catch (DatabaseUnavailableException e) {
      LOG.warn("{}: {}", what, e.getMessage(), e);
      throw Problem.unavailable("The database is unavailable at the moment.", 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The " + server + " is stopping.", 1);
    } catch (Exception e) {
      LOG.error("{} failed", what, e);
      throw Problem.of(500, "Something is broken here; it was logged.");
    }
  }
}
