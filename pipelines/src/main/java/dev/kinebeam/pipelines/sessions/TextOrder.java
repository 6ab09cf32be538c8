package dev.kinebeam.pipelines.sessions;

import java.util.Comparator;

/**
 * Texts by their code points. That is the order of their bytes in UTF-8 and of PostgreSQL's
 * collation {@code "C"}, so a row that was merged there is the row that was merged here. Java's own
 * order compares UTF-16 code units and puts an emoji before a full-width character.
 */
final class TextOrder {
  static final Comparator<String> BY_CODE_POINT = TextOrder::compare;

  private TextOrder() {}

  private static int compare(String a, String b) {
    int shared = Math.min(a.length(), b.length());
    for (int i = 0; i < shared; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean far = Character.isSurrogate(x);
        return far == Character.isSurrogate(y) ? Character.compare(x, y) : far ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
