package dev.kinebeam.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Verifies JSON Web Tokens: signature, {@code exp}, {@code nbf} (60 s of leeway), {@code iss} and
 * {@code aud} where they are configured, and the claims that name the caller ({@code sub}, {@code
 * role}, {@code org_id}). Which algorithms count is decided by the configuration alone, never by
 * the token. Thread-safe.
 */
public final class TokenVerifier {
  /** Clocks may differ by so much; the claims verifier's own leeway. */
  private static final int LEEWAY_SECONDS = DefaultJWTClaimsVerifier.DEFAULT_MAX_CLOCK_SKEW_SECONDS;

  private final DefaultJWTProcessor<SecurityContext> processor;

  public TokenVerifier(AuthConfig config) {
    processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        config
            .hs256Secret()
            .map(TokenVerifier::sharedSecret)
            .orElseGet(() -> publicKeys(config.jwksUrl().orElseThrow())));
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            config.audience().orElse(null), expected(config), Set.of("exp", "sub", "role")));
  }

  private static JWTClaimsSet expected(AuthConfig config) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    config.issuer().ifPresent(claims::issuer);
    return claims.build();
  }

  private static JWSVerificationKeySelector<SecurityContext> sharedSecret(Secret secret) {
    return new JWSVerificationKeySelector<>(
        JWSAlgorithm.HS256, new ImmutableSecret<>(secret.value().getBytes(UTF_8)));
  }

  private static JWSVerificationKeySelector<SecurityContext> publicKeys(URI url) {
    try {
      JWKSource<SecurityContext> keys =
          JWKSourceBuilder.<SecurityContext>create(url.toURL()).retrying(true).build();
      return new JWSVerificationKeySelector<>(Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), keys);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("AUTH_JWKS_URL is no address that can be fetched", e);
    }
  }

  /**
   * A token that was verified.
   *
   * @param until from then on it counts no more, the leeway included
   */
  record Verified(Principal principal, Instant until) {}

  /**
   * Verifies one token.
   *
   * @throws AuthException when it cannot be believed
   * @throws KeysUnavailableException when the keys cannot be fetched
   */
  Verified verify(String token) throws AuthException, KeysUnavailableException {
    try {
      JWTClaimsSet claims = processor.process(SignedJWT.parse(token), null);
      Instant until = claims.getExpirationTime().toInstant().plusSeconds(LEEWAY_SECONDS);
      return new Verified(principal(claims), until);
    } catch (ParseException e) {
      throw new AuthException("malformed", "the token is not a signed JSON Web Token");
    } catch (ExpiredJWTException e) {
      throw new AuthException("expired", "the token has expired");
    } catch (BadJWTException e) {
      throw new AuthException("claims", e.getMessage());
    } catch (BadJOSEException e) {
      throw new AuthException("signature", "the token is signed by no key that is trusted here");
    } catch (KeySourceException e) {
      throw new KeysUnavailableException(e);
    } catch (JOSEException e) {
      throw new AuthException("signature", "the token's signature cannot be checked");
    }
  }

  private static Principal principal(JWTClaimsSet claims) throws AuthException, ParseException {
    Role role =
        Role.fromClaim(claims.getStringClaim("role"))
            .orElseThrow(() -> new AuthException("claims", "role is none of the known roles"));
    Optional<UUID> org = uuid("org_id", claims.getStringClaim("org_id"));
    if (role.belongsToAnOrganisation() && org.isEmpty()) {
      throw new AuthException("claims", "org_id is missing");
    }
    UUID subject =
        uuid("sub", claims.getSubject())
            .orElseThrow(() -> new AuthException("claims", "sub is missing"));
    return new Principal(role, org, subject);
  }

  private static Optional<UUID> uuid(String claim, String value) throws AuthException {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(value));
    } catch (IllegalArgumentException e) {
      throw new AuthException("claims", claim + " is not a UUID");
    }
  }
}
