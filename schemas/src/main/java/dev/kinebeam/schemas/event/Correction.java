package dev.kinebeam.schemas.event;

import java.util.Locale;

/**
 * A field that was sent in another form than the contract's, and what a reader made of it. It never
 * costs the event.
 *
 * @param field its path from the root of the event, such as {@code data.ttfb_ms}
 */
public record Correction(String field, Code code) {
  /** What was wrong. The first four keep a value; after all others the field is null. */
  public enum Code {
    /** A fraction where a whole number belongs: rounded. */
    ROUNDED,
    /** A percentage above 100: now 100. */
    CLIPPED,
    /** A text or list beyond its limit: now its beginning. */
    CUT,
    /** A text with U+0000 or half of a surrogate pair: each is now U+FFFD. */
    REPLACED,
    /** A value of another JSON type. */
    WRONG_TYPE,
    /** A text such as {@code "NaN"} where a number belongs. */
    NOT_A_NUMBER,
    /** A negative number, or one that no player can have measured. */
    OUT_OF_RANGE,
    /** A value that the field's enumeration does not have. */
    NOT_ALLOWED,
    /** An id that is not one. */
    BAD_FORMAT;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The code in answers, such as {@code wrong_type}. */
    public String wireName() {
      return wireName;
    }
  }
}
