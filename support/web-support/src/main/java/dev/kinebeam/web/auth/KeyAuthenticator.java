package dev.kinebeam.web.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One key for programs, and none for viewers: a route that takes patients is for whoever has its
 * address, which must itself say what it opens.
 */
public final class KeyAuthenticator implements Authenticator {
  private static final String BEARER = "Bearer ";
  private static final UUID NOBODY = new UUID(0, 0);

  private final byte[] key;

  public KeyAuthenticator(Secret key) {
    this.key = key.value().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Principal authenticate(Optional<String> authorization, String route, Set<Role> accepted)
      throws AuthException {
    if (accepted.contains(Role.PATIENT)) {
      return new Principal(Role.PATIENT, Optional.of(NOBODY), NOBODY);
    }
    String given = authorization.orElse("");
    if (given.isEmpty()) {
      throw new AuthException("missing", "there is no Authorization header");
    }
    if (!given.startsWith(BEARER)
        || !MessageDigest.isEqual(
            key, given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8))) {
      throw new AuthException("not_allowed", "the key is another one");
    }
    return new Principal(Role.SERVICE, Optional.empty(), NOBODY);
  }
}
