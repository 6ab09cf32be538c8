package dev.kinebeam.localstack.services;

import java.security.SecureRandom;
import java.util.Base64;

/** Credentials that live as long as one run of the stack. */
final class Secrets {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 24;

  private Secrets() {}

  /** 192 random bits in URL-safe Base64: safe in SQL literals, URLs and env files. */
  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
