package dev.kinebeam.pipelines.sessions;

/**
 * Values that thousands of sessions share, such as {@code 720p}, {@code wifi}, a clinic's id or a
 * patient's browser: one object for each, where every event brings its own. Of bounded size and
 * never wrong, only sometimes of no use: a value that shares its place with another takes it over.
 */
final class InternedTexts {
  private static final int PLACES = 4096;
  private static final int LONGEST = 64;

  /**
   * The values are immutable, so threads that race here see one or the other, and both are fine.
   */
  private static final Object[] KNOWN = new Object[PLACES];

  private InternedTexts() {}

  /** The same text, often the same object as the last time. */
  static String shared(String word) {
    return word.length() > LONGEST ? word : sharedValue(word);
  }

  /** The same value, which must be immutable and small, often the same object as the last time. */
  @SuppressWarnings("unchecked") // equal to a T, and a T's equals knows only its own kind
  static <T> T sharedValue(T value) {
    int hash = value.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Object known = KNOWN[place];
    if (value.equals(known)) {
      return (T) known;
    }
    KNOWN[place] = value;
    return value;
  }
}
