package dev.kinebeam.coreapi.portal;

import dev.kinebeam.schemas.render.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which languages a caller reads, the favoured first. Pure.
 *
 * @param favoured codes such as {@code ro} or {@code pt-BR}
 */
public record Languages(List<String> favoured) {
  /** How many languages {@link PortalQuery} orders names by. */
  static final int MOST = 6;

  /** What {@link #code} takes, as messages about something else say it. */
  public static final String FORM = "a language's code, as ro";

  private static final int MOST_RANGES = 20;

  public Languages {
    favoured = List.copyOf(favoured);
  }

  /** A text and the language that it is in. */
  record Picked(String language, String text) {}

  /**
   * Of a request: the language that it names, else those of its {@code Accept-Language}, the
   * weightiest first; after each with a region, the language without it. The first {@link #MOST}.
   */
  public static Languages of(Optional<String> named, Optional<String> acceptLanguage) {
    List<String> favoured = new ArrayList<>();
    if (named.isPresent()) {
      add(favoured, named.get());
    } else {
      ranges(acceptLanguage.orElse("")).forEach(range -> add(favoured, range.language));
    }
    return new Languages(favoured.subList(0, Math.min(MOST, favoured.size())));
  }

  /**
   * The word itself if it can be a language.
   *
   * @throws IllegalArgumentException when it cannot
   */
  public static String code(String word) {
    if (!Recipe.isLanguage(word)) {
      throw new IllegalArgumentException("not a language");
    }
    return word;
  }

  /** A part of {@code Accept-Language} (RFC 9110, 12.5.4) and how much it is favoured, 0 to 1. */
  private record Range(String language, double weight) {
    private static final Pattern FORM =
        Pattern.compile(
            "\\s*([A-Za-z]{2,3})(-[A-Za-z0-9-]+)?\\s*(?:;\\s*q=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*)?",
            Pattern.CASE_INSENSITIVE);

    /** Empty for what is not a language, and for the rest that {@code *} stands for. */
    static Optional<Range> parse(String part) {
      Matcher form = FORM.matcher(part);
      if (!form.matches()) {
        return Optional.empty();
      }
      String region = Objects.requireNonNullElse(form.group(2), "").toUpperCase(Locale.ROOT);
      String weight = Objects.requireNonNullElse(form.group(3), "1");
      return Optional.of(
          new Range(form.group(1).toLowerCase(Locale.ROOT) + region, Double.parseDouble(weight)));
    }
  }

  /** Those that are acceptable; of equal weight in their order. */
  private static List<Range> ranges(String acceptLanguage) {
    return Arrays.stream(acceptLanguage.split(",", MOST_RANGES + 1))
        .limit(MOST_RANGES)
        .flatMap(part -> Range.parse(part).stream())
        .filter(range -> range.weight > 0)
        .sorted(Comparator.comparingDouble(Range::weight).reversed())
        .toList();
  }

  private static void add(List<String> favoured, String language) {
    String plain = language.split("-", 2)[0];
    for (String one : List.of(language, plain)) {
      if (Recipe.isLanguage(one) && !favoured.contains(one)) {
        favoured.add(one);
      }
    }
  }

  /**
   * The text in the first favoured language that has one, else in {@code usual}, else any.
   *
   * @param texts by language
   */
  Optional<Picked> pick(Map<String, String> texts, String usual) {
    List<String> order = new ArrayList<>(favoured);
    order.add(usual);
    order.addAll(texts.keySet());
    for (String language : order) {
      String text = texts.get(language);
      if (text != null) {
        return Optional.of(new Picked(language, text));
      }
    }
    return Optional.empty();
  }
}
