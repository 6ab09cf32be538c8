package dev.kinebeam.catalog.db;

import java.util.Locale;

/** Enum constants as the tables spell them: in lower case. */
final class Words {
  private Words() {}

  static <E extends Enum<E>> E read(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }

  static String write(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
