package dev.kinebeam.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;

/** Issues HS256 tokens that {@link TokenVerifier} accepts; for the demo and for tests. */
public final class SharedSecretTokens {
  private final MACSigner signer;
  private final String issuer;
  private final String audience;
  private final Clock clock;

  /**
   * An issuer of tokens.
   *
   * @param secret the gateway's AUTH_HS256_SECRET, at least 32 bytes
   */
  public SharedSecretTokens(Secret secret, String issuer, String audience, Clock clock) {
    try {
      this.signer = new MACSigner(secret.value().getBytes(UTF_8));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the secret is too short for HS256", e);
    }
    this.issuer = issuer;
    this.audience = audience;
    this.clock = clock;
  }

  /** A token for one caller, valid from now on for {@code validFor}. */
  public String issue(Role role, UUID orgId, UUID subject, Duration validFor) {
    Date now = Date.from(clock.instant());
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(audience)
            .subject(subject.toString())
            .claim("org_id", orgId.toString())
            .claim("role", role.claim())
            .issueTime(now)
            .notBeforeTime(now)
            .expirationTime(Date.from(clock.instant().plus(validFor)))
            .build();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build(), claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("HS256 is not available", e);
    }
    return token.serialize();
  }
}
