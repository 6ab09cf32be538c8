package dev.kinebeam.web.http;

import java.time.Duration;

/**
 * What bounds the server's memory and time.
 *
 * @param maxInFlight requests served at a time; more are answered 503 at once
 * @param stopTimeout how long requests in flight may take to finish when the server stops
 */
public record HttpLimits(
    int maxInFlight, Duration stopTimeout, Timeouts timeouts, BodyLimits bodies) {
  public HttpLimits {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("at least one request must be let in at a time");
    }
  }

  /** With the usual timeouts and limits of bodies. */
  public static HttpLimits of(int maxInFlight, Duration stopTimeout) {
    return new HttpLimits(maxInFlight, stopTimeout, Timeouts.USUAL, BodyLimits.USUAL);
  }

  /** These limits for a route that takes bodies of so many bytes at most. */
  HttpLimits accepting(int mostBytes) {
    return mostBytes >= bodies.maxBytes()
        ? this
        : new HttpLimits(maxInFlight, stopTimeout, timeouts, bodies.accepting(mostBytes));
  }
}
