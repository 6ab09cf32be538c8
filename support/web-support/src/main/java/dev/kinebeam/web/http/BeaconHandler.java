package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;

/**
 * A handler that also takes its caller's token from a text/plain body, since beacons cannot send a
 * header. A request without the header is let in up to the limits of its client address.
 */
public interface BeaconHandler extends Route.Handler {
  /**
   * Answers the call.
   *
   * @throws Problem when the answer is a problem document; 401 when no token is valid
   * @throws Exception when something is broken here; the caller gets a 500 without details
   */
  Reply handle(Call call, Callers callers) throws Exception;

  /** Not for these handlers: a caller alone cannot say whose token a body holds. */
  @Override
  default Reply handle(Call call, Principal caller) {
    throw new UnsupportedOperationException("a beacon's handler is given its callers");
  }
}
