package dev.kinebeam.schemas;

import java.util.Locale;

/** Enum constants as tables and JSON spell them: in lower case. */
public final class Words {
  private Words() {}

  /**
   * The constant of a word.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static <E extends Enum<E>> E read(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }

  /** The word of a constant. */
  public static String write(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
