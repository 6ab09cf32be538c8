package dev.kinebeam.web.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.kinebeam.program.config.StrictUuid;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
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

  /** Longer would keep requests waiting. */
  private static final int FETCH_MILLIS = 1000;

  private static final int LARGEST_KEY_SET = 256 * 1024;

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

  private static JWSVerificationKeySelector<SecurityContext> publicKeys(URI address) {
    URL url = url(address);
    ResourceRetriever http =
        new DefaultResourceRetriever(FETCH_MILLIS, FETCH_MILLIS, LARGEST_KEY_SET);
    return new JWSVerificationKeySelector<>(
        Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
        new SigningKeys(() -> http.retrieveResource(url).getContent(), Clock.systemUTC()));
  }

  private static URL url(URI address) {
    try {
      return address.toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(
          "AUTH_JWKS_URL is not an address that can be fetched: " + address, e);
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
      JWTClaimsSet claims = processor.process(parsed(token), null);
      return new Verified(principal(claims), until(claims));
    } catch (ParseException e) {
      throw new AuthException("malformed", "the token is not a signed JSON Web Token");
    } catch (ExpiredJWTException e) {
      throw new AuthException("expired", "the token has expired");
    } catch (BadJWTException e) {
      throw new AuthException("claims", String.valueOf(e.getMessage()));
    } catch (BadJOSEException e) {
      throw new AuthException("signature", "the token is signed by no key that is trusted here");
    } catch (KeySourceException e) {
      throw new KeysUnavailableException(e);
    } catch (JOSEException e) {
      throw new AuthException("signature", "the token's signature cannot be checked");
    }
  }

  @SuppressWarnings("CatchingUnchecked") // the library is not made for every input of a stranger's
  private static SignedJWT parsed(String token) throws AuthException, ParseException {
    try {
      return SignedJWT.parse(token);
    } catch (RuntimeException e) {
      throw new AuthException("malformed", "the token is not a signed JSON Web Token");
    }
  }

  /** A claim may be present and null. */
  private static Instant until(JWTClaimsSet claims) throws AuthException {
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      throw new AuthException("claims", "exp is missing");
    }
    return expiry.toInstant().plusSeconds(LEEWAY_SECONDS);
  }

  private static Principal principal(JWTClaimsSet claims) throws AuthException, ParseException {
    Role role =
        Optional.ofNullable(claims.getStringClaim("role"))
            .flatMap(Role::fromClaim)
            .orElseThrow(() -> new AuthException("claims", "role is not a known role"));
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
      return Optional.of(StrictUuid.parse(value));
    } catch (IllegalArgumentException e) {
      throw new AuthException("claims", claim + " is not a UUID");
    }
  }
}
