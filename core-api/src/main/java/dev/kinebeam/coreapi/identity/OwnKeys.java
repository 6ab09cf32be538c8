package dev.kinebeam.coreapi.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Secret;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The keys that the Core API signs tokens for the gateway with: private keys of P-256 (ES256). The
 * first signs, and all are published, so that a new one is known before it signs.
 */
public final class OwnKeys {
  /** Of the tokens; the gateway accepts no other. */
  public static final String AUDIENCE = "kinebeam-gateway";

  private static final String FORM =
      "CORE_API_SIGNING_KEYS must be private P-256 keys as `core-api make-signing-key` prints them,"
          + " with commas between them";

  private final List<ECKey> keys;

  private OwnKeys(List<ECKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * The keys of a setting: JWKs in Base64 with commas between them.
   *
   * @throws IllegalArgumentException when one of them is not a private key of P-256
   */
  public static OwnKeys of(Secret setting) {
    return new OwnKeys(
        Arrays.stream(setting.value().split(",", -1))
            .map(String::strip)
            .map(OwnKeys::key)
            .toList());
  }

  private static ECKey key(String base64) {
    try {
      ECKey key = ECKey.parse(new String(decoded(base64), StandardCharsets.UTF_8));
      if (!key.isPrivate() || !key.getCurve().equals(Curve.P_256)) {
        throw new IllegalArgumentException(FORM);
      }
      return new ECKey.Builder(key)
          .keyIDFromThumbprint()
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .build();
    } catch (ParseException | JOSEException e) {
      throw new IllegalArgumentException(FORM + ": " + e.getClass().getSimpleName());
    }
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getUrlDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(FORM, e);
    }
  }

  /** A new key, as a setting. */
  public static Secret make() {
    try {
      String key = new ECKeyGenerator(Curve.P_256).generate().toJSONString();
      return new Secret(
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(key.getBytes(StandardCharsets.UTF_8)));
    } catch (JOSEException e) {
      throw new IllegalStateException("every JRE has P-256", e);
    }
  }

  /**
   * A token of this caller for the gateway.
   *
   * @param issuer the Core API's own address
   */
  public String sign(Principal caller, String issuer, Instant now, Instant expiry) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(AUDIENCE)
            .subject(caller.subject().toString())
            .claim("role", caller.role().claim())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expiry))
            .jwtID(UUID.randomUUID().toString());
    caller.organisation().ifPresent(org -> claims.claim("org_id", org.toString()));
    ECKey key = keys.get(0);
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims.build());
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("a checked key signs", e);
    }
    return token.serialize();
  }

  /** The public parts, as a JWK set. */
  public Map<String, Object> published() {
    return new JWKSet(List.copyOf(keys)).toPublicJWKSet().toJSONObject();
  }
}
