package dev.kinebeam.schemas;

/** Numbers of things in messages: {@code 1 order}, {@code 2 orders}. */
public final class Counted {
  private Counted() {}

  /** {@code count} of what {@code noun} names in the singular; its plural ends in s. */
  public static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
