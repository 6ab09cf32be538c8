package dev.kinebeam.trials.patients;

import java.util.List;
import java.util.Locale;

/** Names of people that a clinic may have; the same number is the same name on every run. */
final class Names {
  private static final List<String> ROMANIAN_FIRST =
      List.of(
          "Ana",
          "Ștefan",
          "Ioana",
          "Andrei",
          "Maria",
          "Vlad",
          "Irina",
          "Radu",
          "Ilinca",
          "Tudor",
          "Elena",
          "Mihai",
          "Sânziana",
          "Cătălin",
          "Raluca",
          "Bogdan",
          "Ruxandra");
  private static final List<String> ROMANIAN_LAST =
      List.of(
          "Popescu",
          "Ionescu",
          "Munteanu",
          "Crețu",
          "Dumitrescu",
          "Stănescu",
          "Moldovan",
          "Bălan",
          "Rusu",
          "Ciobanu",
          "Lăzărescu",
          "Văduva",
          "Mărginean");
  private static final List<String> ENGLISH_FIRST =
      List.of(
          "Alice", "James", "Priya", "Oliver", "Grace", "Daniel", "Amelia", "Samuel", "Hannah",
          "Owen", "Zara", "Thomas", "Ruth", "Callum", "Nadia", "Peter", "Imogen");
  private static final List<String> ENGLISH_LAST =
      List.of(
          "Walker",
          "Hughes",
          "Patel",
          "Clarke",
          "O'Connor",
          "Bennett",
          "Fraser",
          "Okafor",
          "Marsh",
          "Llewellyn",
          "Khan",
          "Fletcher",
          "Reid");

  private Names() {}

  /** The name with this number in the language of {@code locale}. */
  static String of(Locale locale, int number) {
    boolean romanian = locale.getLanguage().equals("ro");
    List<String> first = romanian ? ROMANIAN_FIRST : ENGLISH_FIRST;
    List<String> last = romanian ? ROMANIAN_LAST : ENGLISH_LAST;
    return first.get(number % first.size()) + " " + last.get(number * 5 % last.size());
  }
}
