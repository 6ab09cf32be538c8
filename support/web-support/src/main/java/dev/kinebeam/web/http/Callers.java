package dev.kinebeam.web.http;

import dev.kinebeam.web.auth.Principal;
import java.util.Optional;

/**
 * Who sends a request of a {@link BeaconHandler}.
 *
 * @param header the caller of the Authorization header, if the request has one
 * @param tokens recognises a token that the body holds, by the same rules
 */
public record Callers(Optional<Principal> header, Tokens tokens) {
  /** Recognises tokens. */
  @FunctionalInterface
  public interface Tokens {
    /**
     * The caller that {@code token} names.
     *
     * @throws Problem 401 when it is not valid, 403 when its role may not take the route
     */
    Principal caller(String token) throws Problem;
  }
}
