package dev.kinebeam.web.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises JSON Web Tokens and, where a program takes orders of the composer, its configured
 * token. When that program has no composer token configured, a request without any Authorization
 * header counts as the composer's caller on the routes that take services; for development only.
 */
public final class BearerAuthenticator implements Authenticator {
  private static final String SCHEME = "Bearer ";

  private final TokenCache tokens;
  private final Optional<Secret> composerToken;
  private final boolean anonymousComposer;

  private BearerAuthenticator(
      TokenVerifier tokens, Optional<Secret> composerToken, boolean anonymousComposer) {
    this.tokens = new TokenCache(tokens::verify, Clock.systemUTC());
    this.composerToken = composerToken;
    this.anonymousComposer = anonymousComposer;
  }

  /** Recognises JSON Web Tokens alone. */
  public static BearerAuthenticator ofTokens(AuthConfig config) {
    return new BearerAuthenticator(new TokenVerifier(config), Optional.empty(), false);
  }

  /** Also recognises the composer: by this token, or anonymous callers where it is empty. */
  public static BearerAuthenticator withComposer(
      AuthConfig config, Optional<Secret> composerToken) {
    return withComposer(new TokenVerifier(config), composerToken);
  }

  static BearerAuthenticator withComposer(TokenVerifier tokens, Optional<Secret> composerToken) {
    return new BearerAuthenticator(tokens, composerToken, composerToken.isEmpty());
  }

  @Override
  public Principal authenticate(Optional<String> authorization, Set<Role> accepted)
      throws AuthException, KeysUnavailableException {
    if (authorization.isEmpty()) {
      if (anonymousComposer && accepted.contains(Role.SERVICE)) {
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
