package dev.kinebeam.coreapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The words of the pages: equal keys and placeholders in all languages, and no text elsewhere. */
class DictionariesTest {
  private static final Path PAGES = Path.of("src/main/resources/pages");
  private static final Map<String, Set<String>> PLURAL_FORMS =
      Map.of("en", Set.of("one", "other"), "ro", Set.of("one", "few", "other"));

  /** A dictionary is JSON but for its quotes, its last comma and its comments. */
  private static final JsonMapper DICTIONARY =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .build();

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");
  private static final Pattern USED = Pattern.compile("\\b(?:t|plural|parts)\\('([\\w.]+)'");
  private static final Pattern WORD = Pattern.compile("\\p{L}{2,}");

  /** Cedillas where Romanian has commas below. */
  private static final Pattern CEDILLA = Pattern.compile("[şţŞŢ]");

  @Test
  void everyLanguageHasTheSameKeysAndPlaceholders() throws IOException {
    List<String> faults = new ArrayList<>();
    for (String page : names("en")) {
      Map<String, JsonNode> english = read("en", page);
      Map<String, JsonNode> romanian = read("ro", page);
      assertThat(romanian.keySet()).as(page).isEqualTo(english.keySet());
      english.forEach(
          (key, text) -> {
            if (!key.startsWith(page + ".")) {
              faults.add(key + " does not begin with " + page);
            }
            if (!placeholders(text).equals(placeholders(romanian.get(key)))) {
              faults.add(key + " has other placeholders in Romanian");
            }
          });
    }
    assertThat(names("ro")).isEqualTo(names("en"));
    assertThat(faults).isEmpty();
  }

  @Test
  void pluralsHaveTheFormsOfTheirLanguage() throws IOException {
    for (String language : PLURAL_FORMS.keySet()) {
      for (String page : names(language)) {
        read(language, page)
            .forEach(
                (key, text) -> {
                  if (text.isObject()) {
                    Set<String> forms = new HashSet<>();
                    text.fieldNames().forEachRemaining(forms::add);
                    assertThat(forms).as(key).isEqualTo(PLURAL_FORMS.get(language));
                  } else {
                    assertThat(text.asText()).as(key).isNotBlank();
                  }
                });
      }
    }
  }

  @Test
  void romanianHasItsOwnLetters() throws IOException {
    for (String page : names("ro")) {
      assertThat(Files.readString(PAGES.resolve("i18n/ro/" + page + ".js"), UTF_8))
          .as(page)
          .doesNotContainPattern(CEDILLA);
    }
  }

  @Test
  void everyKeyThatAPageUsesIsThere() throws IOException {
    Set<String> known = new HashSet<>();
    for (String page : names("en")) {
      known.addAll(read("en", page).keySet());
    }
    List<String> unknown = new ArrayList<>();
    for (Path module : modules()) {
      USED.matcher(Files.readString(module, UTF_8))
          .results()
          .map(match -> match.group(1))
          .filter(key -> !key.endsWith(".") && !known.contains(key))
          .forEach(key -> unknown.add(module + " uses " + key));
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void pagesHaveNoTextOfTheirOwn() throws IOException {
    List<String> faults = new ArrayList<>();
    for (Path module : modules()) {
      for (String template : new Templates(Files.readString(module, UTF_8)).texts()) {
        String text = template.replaceAll("(?s)<[^>]*>|&\\w+;", " ").replace("Kinebeam", "");
        WORD.matcher(text)
            .results()
            .map(MatchResult::group)
            .forEach(word -> faults.add(module + " has the text " + word));
      }
    }
    assertThat(faults).isEmpty();
  }

  private static Set<String> names(String language) throws IOException {
    try (Stream<Path> files = Files.list(PAGES.resolve("i18n").resolve(language))) {
      return files
          .map(file -> file.getFileName().toString().replace(".js", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Map<String, JsonNode> read(String language, String page) throws IOException {
    String module = Files.readString(PAGES.resolve("i18n/" + language + "/" + page + ".js"), UTF_8);
    String json = module.substring(module.indexOf('{'), module.lastIndexOf('}') + 1);
    Map<String, JsonNode> texts = new TreeMap<>();
    DICTIONARY
        .readTree(json)
        .properties()
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue()));
    return texts;
  }

  /** Of all forms together: a form for one may leave the number out. */
  private static Set<String> placeholders(JsonNode text) {
    String all = text.isObject() ? text.toString().replaceAll("\"\\w+\":", "") : text.asText();
    Set<String> names =
        PLACEHOLDER.matcher(all).results().map(m -> m.group(1)).collect(Collectors.toSet());
    names.remove("n");
    return names;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> files = Files.walk(PAGES)) {
      return files
          .filter(file -> file.toString().endsWith(".js"))
          .filter(file -> !file.startsWith(PAGES.resolve("i18n")))
          .filter(file -> !file.startsWith(PAGES.resolve("tracker")))
          .toList();
    }
  }

  /** The texts of the html`…` templates of a module, without the expressions in them. */
  private static final class Templates {
    private final String source;
    private final List<String> texts = new ArrayList<>();
    private int at;

    Templates(String source) {
      this.source = source;
    }

    List<String> texts() {
      code(false);
      return texts;
    }

    /** Reads code, up to the brace that closes an expression. */
    private void code(boolean expression) {
      int depth = 0;
      while (at < source.length()) {
        char c = source.charAt(at);
        if (source.startsWith("//", at) && !isInAddress()) {
          at = end("\n");
        } else if (source.startsWith("/*", at)) {
          at = end("*/") + 2;
        } else if (c == '\'' || c == '"') {
          quoted(c);
        } else if (c == '`') {
          template(at >= 4 && source.startsWith("html", at - 4));
        } else if (c == '}' && expression && depth == 0) {
          at++;
          return;
        } else {
          depth += c == '{' ? 1 : c == '}' ? -1 : 0;
          at++;
        }
      }
    }

    /** An escaped slash before another one belongs to a regular expression. */
    private boolean isInAddress() {
      return at > 0 && source.charAt(at - 1) == '\\';
    }

    private int end(String mark) {
      int found = source.indexOf(mark, at);
      return found < 0 ? source.length() : found;
    }

    private void quoted(char quote) {
      at++;
      while (at < source.length() && source.charAt(at) != quote && source.charAt(at) != '\n') {
        at += source.charAt(at) == '\\' ? 2 : 1;
      }
      at++;
    }

    private void template(boolean isHtml) {
      StringBuilder text = new StringBuilder();
      at++;
      while (at < source.length() && source.charAt(at) != '`') {
        if (source.startsWith("${", at)) {
          at += 2;
          text.append('0');
          code(true);
        } else {
          text.append(source.charAt(at));
          at += source.charAt(at) == '\\' ? 2 : 1;
        }
      }
      at++;
      if (isHtml) {
        texts.add(text.toString());
      }
    }
  }
}
