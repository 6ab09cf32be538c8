package dev.kinebeam.coreapi.signin;

import java.security.SecureRandom;
import java.util.Base64;

/** Values that cannot be guessed: 256 bits, in characters that fit into cookies and addresses. */
final class RandomText {
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomText() {}

  static String next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
