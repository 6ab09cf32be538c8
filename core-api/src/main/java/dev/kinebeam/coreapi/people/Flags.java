package dev.kinebeam.coreapi.people;

/** Query parameters that are true or false. */
final class Flags {
  private Flags() {}

  /**
   * The value.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static Boolean parse(String word) {
    return switch (word) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new IllegalArgumentException(word + " is neither true nor false");
    };
  }
}
