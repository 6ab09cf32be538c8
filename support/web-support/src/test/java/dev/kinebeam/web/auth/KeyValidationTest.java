package dev.kinebeam.web.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValidationTest {
  private static final BigInteger E = BigInteger.valueOf(65_537);

  private static RSAKey rsa;
  private static ECKey ec;

  @BeforeAll
  static void makeKeys() throws Exception {
    rsa = new RSAKeyGenerator(2048).keyID("good-rsa").generate().toPublicJWK();
    ec = new ECKeyGenerator(Curve.P_256).keyID("good-ec").generate().toPublicJWK();
  }

  private static RSAKey rsa(BigInteger modulus, BigInteger exponent) {
    return new RSAKey.Builder(Base64URL.encode(modulus), Base64URL.encode(exponent)).build();
  }

  private static void assertRefused(JWK key, String reason) {
    assertThat(KeyValidation.objection(key)).get().asString().contains(reason);
  }

  private static String set(String... keys) {
    return Arrays.stream(keys).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  private static List<String> trusted(String set) throws IOException {
    return KeyValidation.trusted(set).getKeys().stream().map(JWK::getKeyID).toList();
  }

  @Test
  void publicKeysForVerifyingAreTrusted() throws Exception {
    assertThat(KeyValidation.objection(rsa)).isEmpty();
    assertThat(KeyValidation.objection(ec)).isEmpty();
    RSAKey marked =
        new RSAKey.Builder(rsa)
            .keyUse(KeyUse.SIGNATURE)
            .keyOperations(Set.of(KeyOperation.VERIFY))
            .algorithm(JWSAlgorithm.RS256)
            .build();
    assertThat(KeyValidation.objection(marked)).isEmpty();
    assertThat(trusted(set(rsa.toJSONString(), ec.toJSONString())))
        .containsExactly("good-rsa", "good-ec");
  }

  @Test
  void keysForSomethingElseAreRefused() throws Exception {
    assertRefused(
        new RSAKey.Builder(rsa).keyOperations(Set.of(KeyOperation.ENCRYPT)).build(), "key_ops");
    assertRefused(
        new RSAKey.Builder(rsa).keyOperations(Set.of(KeyOperation.SIGN)).build(), "key_ops");
    assertRefused(new ECKey.Builder(ec).keyOperations(Set.of()).build(), "key_ops");
    assertRefused(new RSAKey.Builder(rsa).keyUse(KeyUse.ENCRYPTION).build(), "use");
    assertRefused(new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.PS512).build(), "alg");
    assertRefused(new ECKey.Builder(ec).algorithm(JWSAlgorithm.RS256).build(), "alg");
    assertRefused(new ECKeyGenerator(Curve.P_384).generate().toPublicJWK(), "P-384");
  }

  @Test
  void secretsInASetAreRefused() throws Exception {
    assertRefused(new OctetSequenceKey.Builder(new byte[32]).build(), "symmetric");
    assertRefused(new ECKeyGenerator(Curve.P_256).generate(), "private");
  }

  @Test
  void weakModuliAreRefused() throws Exception {
    BigInteger prime = randomPrime(1024);
    assertRefused(rsa(randomPrime(512).multiply(randomPrime(512)), E), "1024 bits");
    assertRefused(rsa(prime.multiply(randomPrime(1023)), E), "2047 bits");
    assertRefused(rsa(rsa.toRSAPublicKey().getModulus().shiftLeft(8000), E), "bits");
    assertRefused(rsa(rsa.toRSAPublicKey().getModulus().subtract(BigInteger.ONE), E), "by 2");
    BigInteger withSmallFactor =
        prime.multiply(randomPrime(1011)).multiply(BigInteger.valueOf(7919));
    assertRefused(rsa(withSmallFactor, E), "by 7919");
    assertRefused(rsa(prime.multiply(prime.nextProbablePrime()), E), "close");
    assertRefused(rsa(prime.multiply(prime), E), "close");
    assertRefused(rsa(structured().multiply(structured()), E), "CVE-2017-15361");
  }

  @Test
  void weakExponentsAreRefused() throws Exception {
    BigInteger modulus = rsa.toRSAPublicKey().getModulus();
    for (BigInteger exponent :
        List.of(
            BigInteger.ONE,
            BigInteger.valueOf(3),
            BigInteger.valueOf(17),
            BigInteger.valueOf(65_538),
            BigInteger.TWO.pow(257).add(BigInteger.ONE))) {
      assertRefused(rsa(modulus, exponent), "exponent");
    }
  }

  private static BigInteger randomPrime(int bits) {
    BigInteger prime = BigInteger.probablePrime(bits, new Random());
    return prime.setBit(bits - 2).nextProbablePrime();
  }

  /** A number as the vulnerable library made its primes: a power of 65537 modulo small primes. */
  private static BigInteger structured() {
    BigInteger product = BigInteger.ONE;
    for (BigInteger p = BigInteger.TWO; p.intValue() <= 701; p = p.nextProbablePrime()) {
      product = product.multiply(p);
    }
    Random random = new Random();
    BigInteger power = E.modPow(new BigInteger(60, random), product);
    int bits = 1025 - product.bitLength();
    BigInteger factor = new BigInteger(bits, random).setBit(bits - 1).setBit(bits - 2);
    BigInteger number = factor.multiply(product).add(power);
    while (!number.isProbablePrime(20)) {
      number = number.add(product);
    }
    return number;
  }

  @Test
  void aKeyThatCannotBeReadDoesNotSpoilTheRest() throws Exception {
    ECKey other = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK();
    String offCurve =
        "{\"kty\":\"EC\",\"kid\":\"off\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
            .formatted(ec.getX(), other.getY());
    assertThat(
            trusted(
                set(
                    offCurve,
                    "{\"kty\":\"RSA\",\"kid\":\"empty\"}",
                    "{\"kty\":\"NEW\",\"kid\":\"unknown\"}",
                    "{\"kid\":\"none\"}",
                    "{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":\"AAAA\"}",
                    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":null,\"y\":7}",
                    rsa.toJSONString())))
        .containsExactly("good-rsa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"keys\":null}",
        "{\"keys\":7}",
        "{\"keys\":[7]}",
        "<html>"
      })
  void whatIsNotASetIsRefused(String text) {
    assertThatThrownBy(() -> KeyValidation.trusted(text)).isInstanceOf(IOException.class);
  }

  @Test
  void aSetMayBeEmpty() throws Exception {
    assertThat(trusted(set())).isEmpty();
  }
}
