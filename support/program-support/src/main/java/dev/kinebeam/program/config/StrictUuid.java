package dev.kinebeam.program.config;

import java.util.UUID;

/**
 * Reads a UUID as RFC 9562 writes it. {@link UUID#fromString} also takes {@code 1-1-1-1-1}, and so
 * a typing error for another object's id.
 */
public final class StrictUuid {
  private StrictUuid() {}

  /**
   * The UUID that is written as 8-4-4-4-12 hexadecimal digits, in any case.
   *
   * @throws IllegalArgumentException when {@code text} is anything else
   */
  public static UUID parse(String text) {
    UUID parsed = UUID.fromString(text);
    if (!parsed.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException(
          "a UUID has 8-4-4-4-12 hexadecimal digits, such as " + parsed + ", not " + text);
    }
    return parsed;
  }
}
