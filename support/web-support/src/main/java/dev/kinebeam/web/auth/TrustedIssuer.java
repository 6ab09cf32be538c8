package dev.kinebeam.web.auth;

import dev.kinebeam.schemas.Masked;
import java.net.URI;

/**
 * An issuer whose tokens are accepted beside those of the identity provider. A token that names it
 * as its {@code iss} is checked with its keys (RS256, ES256) and its audience, and with no other.
 *
 * @param issuer the {@code iss} of its tokens
 * @param jwksUrl where its public keys are
 * @param audience the {@code aud} that its tokens must carry
 */
public record TrustedIssuer(String issuer, URI jwksUrl, String audience) {
  @Override
  public String toString() {
    return "TrustedIssuer[issuer=%s, jwksUrl=%s, audience=%s]"
        .formatted(Masked.address(issuer), Masked.address(jwksUrl), audience);
  }
}
