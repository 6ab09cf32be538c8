package dev.kinebeam.catalog.curation;

import dev.kinebeam.schemas.FieldError;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Text that people enter and others read. It is plain text in any script; markup and characters
 * that would reorder or hide the text around it are refused. Pure.
 */
public final class PlainText {
  private static final Pattern MARKUP = Pattern.compile("<[A-Za-z/!?]");

  private PlainText() {}

  /**
   * What is wrong with a text, if anything.
   *
   * @param most characters that it may have
   * @param lines whether it may have line ends
   */
  public static Optional<FieldError> error(String field, String text, int most, boolean lines) {
    if (text.codePointCount(0, text.length()) > most) {
      return error(
          field,
          "too_long",
          "has %d characters; it may have %d"
              .formatted(text.codePointCount(0, text.length()), most));
    }
    Optional<String> character = wrongCharacter(text, lines);
    if (character.isPresent()) {
      return error(field, "bad_character", "holds " + character.get() + "; leave it out");
    }
    if (MARKUP.matcher(text).find()) {
      return error(field, "markup", "holds markup; it must be plain text");
    }
    return Optional.empty();
  }

  private static Optional<String> wrongCharacter(String text, boolean lines) {
    return text.codePoints()
        .filter(c -> isControl(c, lines) || isDirection(c) || isSurrogate(c))
        .mapToObj("the character U+%04X"::formatted)
        .findFirst();
  }

  private static boolean isControl(int c, boolean lines) {
    boolean lineEnd = c == '\n' || c == 0x2028 || c == 0x2029;
    return (Character.isISOControl(c) || lineEnd) && !(lines && c == '\n');
  }

  /** Embeddings, overrides and isolates, which reach beyond the text when they are not closed. */
  private static boolean isDirection(int c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  }

  /** Half of a pair, which does not encode a character. */
  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static Optional<FieldError> error(String field, String code, String what) {
    return Optional.of(new FieldError(field, code, field + " " + what));
  }
}
