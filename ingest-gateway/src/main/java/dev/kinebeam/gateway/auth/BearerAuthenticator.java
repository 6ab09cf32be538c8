package dev.kinebeam.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Knows two kinds of bearer: the composer's configured token, and JSON Web Tokens. When no composer
 * token is configured, a request without any header counts as the composer's caller on the routes
 * that take services; that is for development.
 */
public final class BearerAuthenticator implements Authenticator {
  private static final String SCHEME = "Bearer ";

  private final RememberedTokens tokens;
  private final Optional<Secret> composerToken;

  public BearerAuthenticator(AuthConfig config) {
    this(new TokenVerifier(config), config.composerToken());
  }

  BearerAuthenticator(TokenVerifier tokens, Optional<Secret> composerToken) {
    this.tokens = new RememberedTokens(tokens::verify, Clock.systemUTC());
    this.composerToken = composerToken;
  }

  @Override
  public Principal authenticate(Optional<String> authorization, Set<Role> accepted)
      throws AuthException, KeysUnavailableException {
    if (authorization.isEmpty()) {
      if (composerToken.isEmpty() && accepted.contains(Role.SERVICE)) {
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

  /** Compares in a time that does not tell how much of the token was right. */
  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
  }
}
