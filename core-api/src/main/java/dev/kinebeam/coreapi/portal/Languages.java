package dev.kinebeam.coreapi.portal;

import dev.kinebeam.schemas.render.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which languages a caller reads, the favoured first. Pure.
 *
 * @param favoured codes such as {@code ro} or {@code pt-BR}
 */
record Languages(List<String> favoured) {
  Languages {
    favoured = List.copyOf(favoured);
  }

  /** A text and the language that it is in. */
  record Picked(String language, String text) {}

  /**
   * Of a request: the language that it names, else those of its {@code Accept-Language} in their
   * order; after each with a region, the language without it.
   */
  static Languages of(Optional<String> named, Optional<String> acceptLanguage) {
    List<String> favoured = new ArrayList<>();
    if (named.isPresent()) {
      add(favoured, named.get());
    } else {
      for (String part : acceptLanguage.orElse("").split(",", 20)) {
        add(favoured, part.split(";", 2)[0].strip());
      }
    }
    return new Languages(favoured);
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
