package dev.kinebeam.pipelines.sessions;

/**
 * Words that thousands of sessions share, such as {@code 720p}, {@code wifi} or a browser's name:
 * one object for each, where every event brings its own. Of bounded size and never wrong, only
 * sometimes of no use: a word that shares its place with another takes it over.
 */
final class Words {
  private static final int PLACES = 1024;
  private static final int LONGEST = 64;

  /**
   * Texts are immutable, so threads that race here see one word or the other, and both are fine.
   */
  private static final String[] KNOWN = new String[PLACES];

  private Words() {}

  /** The same text, often the same object as the last time. */
  static String shared(String word) {
    if (word.length() > LONGEST) {
      return word;
    }
    int hash = word.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    String known = KNOWN[place];
    if (word.equals(known)) {
      return known;
    }
    KNOWN[place] = word;
    return word;
  }
}
