package dev.kinebeam.gateway.http;

import java.time.Duration;

/**
 * What bounds the server's memory and time.
 *
 * @param maxInFlight requests served at a time; more are answered 503 at once
 * @param idle how long a connection may say nothing, in the middle of a body too
 * @param stopTimeout how long requests in flight may take to finish when the server stops
 */
public record HttpLimits(int maxInFlight, Duration idle, Duration stopTimeout) {
  private static final Duration USUAL_IDLE = Duration.ofSeconds(15);

  public HttpLimits {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("at least one request must be let in at a time");
    }
  }

  /** Limits with the usual patience for connections that say nothing. */
  public static HttpLimits of(int maxInFlight, Duration stopTimeout) {
    return new HttpLimits(maxInFlight, USUAL_IDLE, stopTimeout);
  }
}
