package dev.kinebeam.web.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which keys of an issuer's set are trusted: public RSA and P-256 keys for verifying RS256
 * and ES256 signatures that are not weak. The others are left out and logged by their name; a key
 * that cannot be read does not spoil the rest.
 */
final class KeyValidation {
  private static final Logger LOG = LoggerFactory.getLogger(KeyValidation.class);
  private static final int MAX_KEYS = 100;
  private static final int MIN_BITS = 2048;

  /** Larger ones cost more to verify with than a request may. */
  private static final int MAX_BITS = 8192;

  /** NIST SP 800-56B, 6.2: odd, at least 65537 and below 2 to the power of 256. */
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);

  private static final int EXPONENT_BITS = 256;
  private static final int SHOWN = 100;

  private KeyValidation() {}

  /**
   * The keys of {@code text}, a JWK set, that are trusted.
   *
   * @throws IOException when it is not a JWK set
   */
  static JWKSet trusted(String text) throws IOException {
    List<JWK> trusted = new ArrayList<>();
    for (Map<String, Object> entry : entries(text)) {
      Optional<String> objection = Optional.empty();
      try {
        JWK key = JWK.parse(entry);
        objection = objection(key);
        if (objection.isEmpty()) {
          trusted.add(key);
        }
      } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
        objection = Optional.of("it cannot be read: " + e.getMessage());
      }
      objection.ifPresent(
          why -> LOG.warn("the issuer's key kid={} is not trusted: {}", shown(entry), why));
    }
    if (trusted.isEmpty()) {
      LOG.error("none of the issuer's keys is trusted: every token is refused");
    }
    return new JWKSet(trusted);
  }

  private static List<Map<String, Object>> entries(String text) throws IOException {
    try {
      Map<String, Object> set = JSONObjectUtils.parse(text);
      Map<String, Object>[] entries =
          set == null ? null : JSONObjectUtils.getJSONObjectArray(set, "keys");
      if (entries == null || entries.length > MAX_KEYS) {
        throw new IOException("what was fetched is not a JWK set of at most " + MAX_KEYS + " keys");
      }
      return List.of(entries);
    } catch (ParseException | NullPointerException e) {
      throw new IOException("what was fetched is not a JWK set: " + e.getMessage(), e);
    }
  }

  /** Why {@code key} is not trusted, if it is not. */
  static Optional<String> objection(JWK key) {
    if (key.isPrivate()) {
      return Optional.of("it is symmetric or has its private part, which everyone can read");
    }
    if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return Optional.of("its use is " + key.getKeyUse() + " and not sig");
    }
    if (key.getKeyOperations() != null && !key.getKeyOperations().contains(KeyOperation.VERIFY)) {
      return Optional.of("its key_ops are " + key.getKeyOperations() + ", without verify");
    }
    if (key instanceof RSAKey rsa) {
      return algorithm(rsa, JWSAlgorithm.RS256).or(() -> weakness(rsa));
    }
    if (key instanceof ECKey ec) {
      return algorithm(ec, JWSAlgorithm.ES256)
          .or(
              () ->
                  ec.getCurve().equals(Curve.P_256)
                      ? Optional.empty()
                      : Optional.of("its curve is " + ec.getCurve() + " and not P-256"));
    }
    return Optional.of("its type is " + key.getKeyType() + " and not RSA or EC");
  }

  private static Optional<String> algorithm(JWK key, JWSAlgorithm expected) {
    return key.getAlgorithm() == null || key.getAlgorithm().equals(expected)
        ? Optional.empty()
        : Optional.of("its alg is " + key.getAlgorithm() + " and not " + expected);
  }

  private static Optional<String> weakness(RSAKey key) {
    BigInteger modulus = key.getModulus().decodeToBigInteger();
    BigInteger exponent = key.getPublicExponent().decodeToBigInteger();
    if (modulus.bitLength() < MIN_BITS || modulus.bitLength() > MAX_BITS) {
      return Optional.of(
          "its modulus has %d bits, not %d to %d"
              .formatted(modulus.bitLength(), MIN_BITS, MAX_BITS));
    }
    if (exponent.compareTo(MIN_EXPONENT) < 0
        || exponent.bitLength() > EXPONENT_BITS
        || !exponent.testBit(0)) {
      return Optional.of("its exponent is not an odd number from 65537 to 2^256");
    }
    return RsaWeakness.of(modulus);
  }

  private static String shown(Map<String, Object> entry) {
    String kid = String.valueOf(entry.get("kid")).replaceAll("\\p{Cntrl}", "?");
    return kid.length() <= SHOWN ? kid : kid.substring(0, SHOWN) + "…";
  }
}
