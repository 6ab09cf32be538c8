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
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Verifies JSON Web Tokens: signature, {@code exp}, {@code nbf} (60 s of leeway), {@code iss} and
 * {@code aud} where they are configured, and the claims that name the caller ({@code sub}, {@code
 * role}, {@code org_id}). A token's {@code iss} chooses among the issuers that are trusted; which
 * keys, algorithms and audience count is then decided by the configuration alone, never by the
 * token. Thread-safe.
 */
public final class TokenVerifier {
  /** Clocks may differ by so much; the claims verifier's own leeway. */
  private static final int LEEWAY_SECONDS = DefaultJWTClaimsVerifier.DEFAULT_MAX_CLOCK_SKEW_SECONDS;

  private final DefaultJWTProcessor<SecurityContext> usual;
  private final Map<String, DefaultJWTProcessor<SecurityContext>> others;

  public TokenVerifier(AuthConfig config) {
    usual =
        processor(
            config
                .hs256Secret()
                .map(TokenVerifier::sharedSecret)
                .orElseGet(() -> IssuerKeys.at(config.jwksUrl().orElseThrow())),
            config.issuer(),
            config.audience());
    others =
        config.others().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    TrustedIssuer::issuer,
                    other ->
                        processor(
                            IssuerKeys.at(other.jwksUrl()),
                            Optional.of(other.issuer()),
                            Optional.of(other.audience()))));
  }

  private static DefaultJWTProcessor<SecurityContext> processor(
      JWSVerificationKeySelector<SecurityContext> keys,
      Optional<String> issuer,
      Optional<String> audience) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(keys);
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    JWTClaimsSet.Builder expected = new JWTClaimsSet.Builder();
    issuer.ifPresent(expected::issuer);
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience.orElse(null), expected.build(), Set.of("exp", "sub", "role")));
    return processor;
  }

  private static JWSVerificationKeySelector<SecurityContext> sharedSecret(Secret secret) {
    return new JWSVerificationKeySelector<>(
        JWSAlgorithm.HS256, new ImmutableSecret<>(secret.value().getBytes(UTF_8)));
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
      SignedJWT parsed = parsed(token);
      JWTClaimsSet claims = processor(parsed).process(parsed, null);
      return new Verified(PrincipalClaims.of(claims), until(claims));
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

  /** What the token says is not verified yet: it chooses whose rules it is verified by. */
  private DefaultJWTProcessor<SecurityContext> processor(SignedJWT token) throws ParseException {
    JWTClaimsSet claims = token.getJWTClaimsSet();
    String issuer = claims == null ? null : claims.getIssuer();
    return issuer == null ? usual : others.getOrDefault(issuer, usual);
  }

  /** A claim may be present and null. */
  private static Instant until(JWTClaimsSet claims) throws AuthException {
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      throw new AuthException("claims", "exp is missing");
    }
    return expiry.toInstant().plusSeconds(LEEWAY_SECONDS);
  }
}
