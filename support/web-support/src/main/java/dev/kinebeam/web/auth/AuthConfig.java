package dev.kinebeam.web.auth;

import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How callers are recognised. One kind of key only: a shared secret and public keys side by side
 * would let a token choose how it is checked.
 *
 * @param jwksUrl where the public keys (RS256, ES256) are
 * @param hs256Secret a shared secret of at least 32 bytes; for the demo and for tests
 * @param issuer the {@code iss} that tokens must carry; may be left out with a shared secret only,
 *     as may {@code audience}, the {@code aud}
 * @param others whose tokens count beside those of this issuer, by rules of their own
 */
public record AuthConfig(
    Optional<URI> jwksUrl,
    Optional<Secret> hs256Secret,
    Optional<String> issuer,
    Optional<String> audience,
    List<TrustedIssuer> others) {
  private static final int MIN_SECRET_BYTES = 32;

  public AuthConfig {
    others = List.copyOf(others);
    if (jwksUrl.isPresent() == hs256Secret.isPresent()) {
      throw new IllegalArgumentException(
          "set exactly one of AUTH_JWKS_URL (deployments) and AUTH_HS256_SECRET (demo)");
    }
    if (jwksUrl.isPresent() && (issuer.isEmpty() || audience.isEmpty())) {
      throw new IllegalArgumentException(
          "AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE beside it: keys are shared by many");
    }
    if (hs256Secret.isPresent()
        && hs256Secret.get().value().getBytes(StandardCharsets.UTF_8).length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "AUTH_HS256_SECRET must have at least " + MIN_SECRET_BYTES + " bytes");
    }
  }

  /** The tokens of one issuer alone. */
  public AuthConfig(
      Optional<URI> jwksUrl,
      Optional<Secret> hs256Secret,
      Optional<String> issuer,
      Optional<String> audience) {
    this(jwksUrl, hs256Secret, issuer, audience, List.of());
  }

  /**
   * These tokens, and those of another issuer.
   *
   * @throws IllegalArgumentException when it is this issuer
   */
  public AuthConfig and(TrustedIssuer other) {
    if (issuer.filter(other.issuer()::equals).isPresent()) {
      throw new IllegalArgumentException(
          "AUTH_ISSUER and the Core API's issuer are both "
              + Masked.address(other.issuer())
              + ": a token's issuer decides how it is checked, so they must differ");
    }
    List<TrustedIssuer> more = new ArrayList<>(others);
    more.add(other);
    return new AuthConfig(jwksUrl, hs256Secret, issuer, audience, more);
  }

  @Override
  public String toString() {
    return "AuthConfig[jwksUrl=%s, hs256Secret=%s, issuer=%s, audience=%s, others=%s]"
        .formatted(jwksUrl.map(Masked::address), hs256Secret, issuer, audience, others);
  }
}
