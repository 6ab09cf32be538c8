package dev.kinebeam.gateway.intake;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Callers;
import dev.kinebeam.web.http.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Decides who sends a batch whose tokens are in the header, in the body, or in both. */
final class SenderResolver {
  private SenderResolver() {}

  /**
   * The one person that all tokens name.
   *
   * @throws Problem 401 when there is no token or one is not valid, 403 when they name several
   */
  static Principal only(Callers callers, List<String> tokens) throws Problem {
    Set<Principal> named = new LinkedHashSet<>();
    callers.header().ifPresent(named::add);
    for (String token : tokens) {
      named.add(callers.tokens().caller(token));
    }
    if (named.isEmpty()) {
      throw Problem.invalid(
              401,
              "The request needs a valid token.",
              List.of(
                  new FieldError(
                      "token",
                      "missing",
                      "neither an Authorization header nor a token in the body; send one of them")))
          .withHeader("WWW-Authenticate", "Bearer");
    }
    if (named.size() > 1) {
      throw Problem.invalid(
          403,
          "The tokens of the request name different people.",
          List.of(
              new FieldError(
                  "token",
                  "conflict",
                  "the token in the body must name the person of the Authorization header; send"
                      + " one of them alone")));
    }
    return named.iterator().next();
  }
}
