package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;

/**
 * A handler of a route that is open to callers without a token or session: signing in, and public
 * keys. Requests of one client address are limited. A write must come from a page of this server,
 * since browsers send cookies with it wherever it comes from, unless the handler {@link
 * #provesSender}.
 */
public interface OpenHandler extends Route.Handler {
  /** What one address may ask for of a route, in a minute. */
  int USUAL_PER_MINUTE = 60;

  /**
   * Answers the call.
   *
   * @throws Problem when the answer is a problem document
   * @throws Exception when something is broken here; the caller gets a 500 without details
   */
  Reply handle(Call call) throws Exception;

  /** Not for these handlers: their callers are not known. */
  @Override
  default Reply handle(Call call, Principal caller) {
    throw new UnsupportedOperationException("an open handler is given no caller");
  }

  /** Whether reads, too, must call this server by its own name, as a page of others may not. */
  default boolean needsOwnHost() {
    return false;
  }

  /**
   * Whether the requests of a browser that has a session are counted for the session, and not for
   * the address, which it may share with a whole clinic.
   */
  default boolean countsSessions() {
    return false;
  }

  /**
   * Whether the handler itself proves who sends a write, as by a signature of the body, and counts
   * no cookie: it may then come from anywhere.
   */
  default boolean provesSender() {
    return false;
  }

  /** How many requests of one client address are answered in a minute; 429 beyond. */
  default int perMinute() {
    return USUAL_PER_MINUTE;
  }
}
