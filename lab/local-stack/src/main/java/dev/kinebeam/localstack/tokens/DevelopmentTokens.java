package dev.kinebeam.localstack.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;

/** Tokens as the platform's identity provider would issue them, signed with a local stack's key. */
public final class DevelopmentTokens {
  private DevelopmentTokens() {}

  /** A new private key for {@code CORE_API_SIGNING_KEYS}: a JWK of P-256 in Base64. */
  public static String signingKey() {
    try {
      String key = new ECKeyGenerator(Curve.P_256).generate().toJSONString();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalStateException("every JRE has P-256", e);
    }
  }

  /**
   * A signed token.
   *
   * @param secret {@code AUTH_HS256_SECRET} of the gateway
   * @param org empty for roles that belong to no organization
   */
  public static String sign(
      String secret, Optional<UUID> org, UUID subject, String role, Duration life, Clock clock) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer("kinebeam")
            .audience("kinebeam")
            .subject(subject.toString())
            .claim("role", role)
            .issueTime(Date.from(clock.instant()))
            .expirationTime(Date.from(clock.instant().plus(life)));
    org.ifPresent(id -> claims.claim("org_id", id.toString()));
    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
    try {
      jwt.sign(new MACSigner(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (JOSEException e) {
      throw new IllegalArgumentException(
          "AUTH_HS256_SECRET cannot sign: it must have at least 32 bytes", e);
    }
    return jwt.serialize();
  }
}
