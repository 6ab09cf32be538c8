package dev.kinebeam.web.auth;

import java.util.Optional;
import java.util.Set;

/** Turns a request's {@code Authorization} header into a caller. */
public interface Authenticator {
  /**
   * Recognises the caller.
   *
   * @param authorization the header's value, if the request has one
   * @param route what is asked for, as {@code POST /v1/things/{id}}
   * @param accepted the roles that the route takes; whether the caller has one of them is for the
   *     route to check
   * @throws AuthException when there is no token or it cannot be believed
   * @throws KeysUnavailableException when the keys to check it cannot be fetched
   */
  Principal authenticate(Optional<String> authorization, String route, Set<Role> accepted)
      throws AuthException, KeysUnavailableException;

  /** Recognises the requests without an {@code Authorization} header; empty: no cookie counts. */
  default Optional<BrowserSessions> sessions() {
    return Optional.empty();
  }
}
