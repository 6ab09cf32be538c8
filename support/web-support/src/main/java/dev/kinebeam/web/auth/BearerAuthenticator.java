package dev.kinebeam.web.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises JSON Web Tokens and, where a program takes orders of the composer, its configured
 * token; or, for development only, a request without any Authorization header as the composer's
 * caller, on one route.
 */
public final class BearerAuthenticator implements Authenticator {
  private static final String SCHEME = "Bearer ";

  private final TokenCache tokens;
  private final Optional<Secret> composerToken;
  private final Optional<String> openRoute;

  private BearerAuthenticator(
      TokenVerifier tokens, Optional<Secret> composerToken, Optional<String> openRoute) {
    this.tokens = new TokenCache(tokens::verify, Clock.systemUTC());
    this.composerToken = composerToken;
    this.openRoute = openRoute;
  }

  /** Recognises JSON Web Tokens alone. */
  public static BearerAuthenticator ofTokens(AuthConfig config) {
    return new BearerAuthenticator(new TokenVerifier(config), Optional.empty(), Optional.empty());
  }

  /** Also recognises the composer by its token. */
  public static BearerAuthenticator withComposer(AuthConfig config, Secret composerToken) {
    return new BearerAuthenticator(
        new TokenVerifier(config), Optional.of(composerToken), Optional.empty());
  }

  /**
   * Also takes callers without a token for the composer, on one route.
   *
   * @param route with its method, as {@code POST /v1/things}
   */
  public static BearerAuthenticator withOpenRoute(AuthConfig config, String route) {
    return new BearerAuthenticator(new TokenVerifier(config), Optional.empty(), Optional.of(route));
  }

  @Override
  public Principal authenticate(Optional<String> authorization, String route, Set<Role> accepted)
      throws AuthException, KeysUnavailableException {
    if (authorization.isEmpty()) {
      if (openRoute.isPresent() && openRoute.get().equals(route)) {
        return Principal.composer();
      }
      throw new AuthException("missing", "no Authorization header; send Bearer and a token");
    }
    String header = authorization.get();
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new AuthException("malformed", "the Authorization header is not of the kind Bearer");
    }
    String bearer = header.substring(SCHEME.length()).strip();
    if (composerToken.isPresent() && same(composerToken.get().value(), bearer)) {
      return Principal.composer();
    }
    return tokens.verify(bearer);
  }

  /** Compares in a time that does not depend on how much of the token was right. */
  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
  }
}
