package dev.kinebeam.web.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;

/** Tokens for tests, good ones and bad ones. */
public final class Tokens {
  public static final String SECRET = "a secret of the tests, 32 bytes or more";
  public static final String ISSUER = "tests";
  public static final String AUDIENCE = "gateway";

  private Tokens() {}

  /** A configuration that trusts {@link #SECRET}. */
  public static AuthConfig config() {
    return new AuthConfig(
        Optional.empty(),
        Optional.of(new Secret(SECRET)),
        Optional.of(ISSUER),
        Optional.of(AUDIENCE));
  }

  /** A valid token. */
  public static String of(Role role, UUID orgId, UUID subject) {
    return signed(SECRET, claims(role.claim(), orgId.toString(), subject.toString()).build());
  }

  /** The claims of a token that is valid for an hour. */
  public static JWTClaimsSet.Builder claims(String role, String orgId, String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject(subject)
        .claim("org_id", orgId)
        .claim("role", role)
        .expirationTime(Date.from(Instant.now().plusSeconds(3600)));
  }

  /** A token over these claims with a shared secret. */
  public static String signed(String secret, JWTClaimsSet claims) {
    try {
      return signed(
          new JWSHeader(JWSAlgorithm.HS256), new MACSigner(secret.getBytes(UTF_8)), claims);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String signed(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) {
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }
}
