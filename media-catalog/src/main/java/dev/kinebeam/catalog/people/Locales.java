package dev.kinebeam.catalog.people;

import java.util.regex.Pattern;

/** The languages that organizations and people can have. */
public final class Locales {
  /** For messages. */
  public static final String FORM = "a language such as en or ro, or with a country as pt-BR";

  private static final Pattern LOCALE = Pattern.compile("[a-z]{2,3}(-[A-Z]{2})?");

  private Locales() {}

  /**
   * The language.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static String parse(String word) {
    if (!LOCALE.matcher(word).matches()) {
      throw new IllegalArgumentException(word + " is not a language; it must be " + FORM);
    }
    return word;
  }
}
