package dev.kinebeam.schemas.event;

import java.util.Arrays;

/**
 * Finds what may be a JSON Web Token, whole or cut, in bytes of any form: a run of characters of
 * base64url and dots, with at least one dot, a part of which begins with "eyJ", which is an opening
 * brace and a quote in base64. A token that a client puts in a wrong place must not be stored.
 */
public final class WebTokens {
  private static final byte[] BEGINNING = {'e', 'y', 'J'};

  private WebTokens() {}

  /**
   * {@code bytes} with a star for every character of such a run; the same array when there is none.
   * Takes time in proportion to the length. Zero bytes are passed over, so that a text in UTF-16 is
   * recognised.
   */
  public static byte[] masked(byte[] bytes) {
    byte[] masked = bytes;
    int at = 0;
    while (at < bytes.length) {
      if (isOfRun(bytes[at])) {
        int end = endOfRun(bytes, at);
        if (isToken(bytes, at, end)) {
          masked = masked == bytes ? bytes.clone() : masked;
          Arrays.fill(masked, at, end, (byte) '*');
        }
        at = end;
      } else {
        at++;
      }
    }
    return masked;
  }

  private static int endOfRun(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && isOfRun(bytes[end])) {
      end++;
    }
    return end;
  }

  private static boolean isToken(byte[] bytes, int from, int to) {
    boolean dotted = false;
    boolean begun = false;
    int matching = 0;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '.') {
        dotted = true;
        matching = 0;
      } else if (b != 0 && matching >= 0) {
        matching = b == BEGINNING[matching] ? matching + 1 : -1;
        if (matching == BEGINNING.length) {
          begun = true;
          matching = -1;
        }
      }
    }
    return dotted && begun;
  }

  private static boolean isOfRun(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '_'
        || b == '.'
        || b == 0;
  }
}
