package dev.kinebeam.catalog.curation;

import java.io.IOException;

/**
 * Repeats what was prepared outside of a transaction and found another state inside. Each time that
 * one is overtaken another has succeeded.
 */
final class Overtaking {
  private static final int ATTEMPTS = 20;

  private Overtaking() {}

  @FunctionalInterface
  interface Attempt<T> {
    T run() throws Refused, IOException;
  }

  static <T> T repeated(Attempt<T> attempt) throws Refused, IOException {
    for (int left = ATTEMPTS - 1; ; left--) {
      try {
        return attempt.run();
      } catch (Refused e) {
        if (e.kind() != Refused.Kind.OVERTAKEN || left == 0) {
          throw e;
        }
      }
    }
  }
}
