package dev.kinebeam.web.auth;

import java.math.BigInteger;
import java.util.BitSet;
import java.util.Optional;

/** Finds RSA moduli whose factors can be computed. */
final class RsaWeakness {
  private static final BigInteger GENERATOR = BigInteger.valueOf(65_537);

  /** Up to this prime the vulnerable library's prime numbers all have the same structure. */
  private static final int LAST_STRUCTURED = 167;

  private static final int LAST_SMALL = 10_000;

  /** Fermat's method finds factors that are this close in so many steps. */
  private static final int FERMAT_STEPS = 100;

  private RsaWeakness() {}

  /** What is wrong with {@code modulus}, if anything is known to be. */
  static Optional<String> of(BigInteger modulus) {
    for (int prime = 2; prime <= LAST_SMALL; prime++) {
      if (modulus.mod(BigInteger.valueOf(prime)).signum() == 0) {
        return Optional.of("its modulus is divisible by " + prime);
      }
    }
    if (isStructured(modulus)) {
      return Optional.of("its modulus has the structure of CVE-2017-15361 (ROCA)");
    }
    return hasCloseFactors(modulus)
        ? Optional.of("the factors of its modulus are close to each other")
        : Optional.empty();
  }

  /**
   * Nemec and others, The Return of Coppersmith's Attack (2017): the factors are powers of 65537
   * modulo a product of small primes, and so is the modulus, modulo each of them. One random
   * modulus in 2^27 is taken for such a one.
   */
  private static boolean isStructured(BigInteger modulus) {
    for (int prime = 3; prime <= LAST_STRUCTURED; prime += 2) {
      BigInteger p = BigInteger.valueOf(prime);
      if (p.isProbablePrime(20) && !powers(prime).get(modulus.mod(p).intValueExact())) {
        return false;
      }
    }
    return true;
  }

  private static BitSet powers(int prime) {
    int generator = GENERATOR.mod(BigInteger.valueOf(prime)).intValueExact();
    BitSet powers = new BitSet(prime);
    for (int power = 1; !powers.get(power); power = power * generator % prime) {
      powers.set(power);
    }
    return powers;
  }

  private static boolean hasCloseFactors(BigInteger modulus) {
    BigInteger[] root = modulus.sqrtAndRemainder();
    BigInteger mean = root[1].signum() == 0 ? root[0] : root[0].add(BigInteger.ONE);
    for (int step = 0; step < FERMAT_STEPS; step++) {
      if (mean.multiply(mean).subtract(modulus).sqrtAndRemainder()[1].signum() == 0) {
        return true;
      }
      mean = mean.add(BigInteger.ONE);
    }
    return false;
  }
}
