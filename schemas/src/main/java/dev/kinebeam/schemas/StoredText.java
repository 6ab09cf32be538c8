package dev.kinebeam.schemas;

/**
 * The one rule for texts that are stored. PostgreSQL cannot hold U+0000, and half of a surrogate
 * pair has no bytes in UTF-8: an encoder would write {@code ?} for it, and each in its own way.
 */
public final class StoredText {
  private static final char REPLACEMENT = '\uFFFD';

  private StoredText() {}

  /** {@code text} with U+FFFD for each U+0000 and each half of a pair; itself if it has none. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int from) {
    StringBuilder out = new StringBuilder(text);
    for (int i = from; i < out.length(); i++) {
      char c = out.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < out.length()
              && Character.isLowSurrogate(out.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        out.setCharAt(i, REPLACEMENT);
      }
    }
    return out.toString();
  }

  /** The first {@code most} characters of a stored text, never half of a pair at the end. */
  public static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean splits = most > 0 && Character.isHighSurrogate(text.charAt(most - 1));
    return text.substring(0, splits ? most - 1 : most);
  }
}
