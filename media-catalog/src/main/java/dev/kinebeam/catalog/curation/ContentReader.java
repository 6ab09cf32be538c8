package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.ExerciseContent.Contraindication;
import dev.kinebeam.catalog.curation.ExerciseContent.Instruction;
import dev.kinebeam.catalog.curation.ExerciseContent.InstructionKind;
import dev.kinebeam.catalog.curation.ExerciseContent.Names;
import dev.kinebeam.catalog.curation.ExerciseContent.Severity;
import dev.kinebeam.catalog.curation.ExerciseContent.Tags;
import dev.kinebeam.catalog.curation.ExerciseContent.Translation;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.exercise.TrackingCheck;
import dev.kinebeam.schemas.render.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads what people enter of an exercise, and gathers everything that is wrong with it. Pure. */
public final class ContentReader {
  /** The fields of {@link ExerciseContent}. */
  public static final Set<String> FIELDS =
      Set.of(
          "display_name",
          "description",
          "translations",
          "difficulty",
          "categories",
          "body_regions",
          "equipment",
          "instructions",
          "contraindications",
          "tracking");

  static final int LONGEST_NAME = 200;
  private static final int LONGEST_DESCRIPTION = 5_000;
  private static final int LONGEST_TEXT = 2_000;
  private static final int MOST_TAGS = 20;
  private static final int MOST_INSTRUCTIONS = 50;
  private static final int MOST_CONTRAINDICATIONS = 30;
  private static final int MOST_LANGUAGES = 30;
  private static final int HARDEST = 5;
  private static final Pattern IMAGE_KEY =
      Pattern.compile("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\\.[a-z]{3,4}");

  private final JsonNode root;
  private final Fields errors;

  private ContentReader(JsonNode root, Fields errors) {
    this.root = root;
    this.errors = errors;
  }

  /** What was read. */
  sealed interface Read {
    /** All of it can be used. */
    record Good(ExerciseContent content) implements Read {}

    /** Everything that is wrong; never empty. */
    record Bad(List<FieldError> errors) implements Read {}
  }

  /**
   * Reads an object that may have the fields of {@link #FIELDS}, and others that are passed over.
   */
  static Read read(JsonNode root) {
    Fields errors = new Fields();
    ExerciseContent content = new ContentReader(root, errors).content();
    return errors.all().isEmpty() ? new Read.Good(content) : new Read.Bad(errors.all());
  }

  /** What a row of the database holds; of what would be refused today, as much as can be read. */
  static ExerciseContent stored(JsonNode root) {
    return new ContentReader(root, new Fields()).content();
  }

  private ExerciseContent content() {
    return new ExerciseContent(
        names(),
        difficulty(),
        new Tags(tags("categories"), tags("body_regions"), tags("equipment")),
        list("instructions", MOST_INSTRUCTIONS, this::instruction),
        list("contraindications", MOST_CONTRAINDICATIONS, this::contraindication),
        tracking());
  }

  private Names names() {
    JsonNode name = root.path("display_name");
    if (!name.isTextual() || name.asText().isBlank()) {
      errors.add("display_name", "required", "display_name is missing or blank; name the exercise");
    }
    SortedMap<String, Translation> translations = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : byLanguage(root.path("translations"), "translations")) {
      translations.put(one.getKey(), translation("translations." + one.getKey(), one.getValue()));
    }
    return new Names(
        text(name, "display_name", LONGEST_NAME, false).orElse(""),
        text(root.path("description"), "description", LONGEST_DESCRIPTION, true).orElse(""),
        translations);
  }

  private Translation translation(String at, JsonNode node) {
    errors.requireObject(node, at, Set.of("display_name", "description"));
    return new Translation(
        text(node.path("display_name"), at + ".display_name", LONGEST_NAME, false),
        text(node.path("description"), at + ".description", LONGEST_DESCRIPTION, true));
  }

  private Optional<Integer> difficulty() {
    JsonNode node = root.path("difficulty");
    if (isAbsent(node)) {
      return Optional.empty();
    }
    boolean inRange =
        node.isIntegralNumber()
            && node.canConvertToInt()
            && node.intValue() >= 1
            && node.intValue() <= HARDEST;
    if (!inRange) {
      errors.add(
          "difficulty",
          "out_of_range",
          "difficulty is " + Fields.shown(node) + "; it must be a whole number from 1 to 5");
      return Optional.empty();
    }
    return Optional.of(node.intValue());
  }

  private List<String> tags(String field) {
    return new TreeSet<>(list(field, MOST_TAGS, this::slug)).stream().toList();
  }

  private String slug(String at, JsonNode node) {
    if (!node.isTextual() || !Recipe.isSlug(node.asText())) {
      errors.add(
          at,
          "bad_format",
          at + " is " + Fields.shown(node) + "; it must be a slug such as upper-back");
    }
    return node.asText();
  }

  private Instruction instruction(String at, JsonNode node) {
    errors.requireObject(node, at, Set.of("kind", "text", "image_key"));
    Optional<String> image = Optional.empty();
    if (!isAbsent(node.path("image_key"))) {
      image = Optional.of(node.path("image_key").asText());
      if (!IMAGE_KEY.matcher(image.get()).matches() || image.get().length() > LONGEST_NAME) {
        errors.add(
            at + ".image_key",
            "bad_format",
            at + ".image_key is not the key of a picture; leave it as the upload returned it");
      }
    }
    return new Instruction(
        word(InstructionKind.class, InstructionKind.STEP, node.path("kind"), at + ".kind"),
        texts(node.path("text"), at + ".text"),
        image);
  }

  private Contraindication contraindication(String at, JsonNode node) {
    errors.requireObject(node, at, Set.of("severity", "text"));
    return new Contraindication(
        word(Severity.class, Severity.WARNING, node.path("severity"), at + ".severity"),
        texts(node.path("text"), at + ".text"));
  }

  private Optional<JsonNode> tracking() {
    JsonNode node = root.path("tracking");
    if (isAbsent(node)) {
      return Optional.empty();
    }
    TrackingCheck.errors(node, "tracking").forEach(errors::add);
    return Optional.of(node);
  }

  private SortedMap<String, String> texts(JsonNode node, String at) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> one : byLanguage(node, at)) {
      text(one.getValue(), at + "." + one.getKey(), LONGEST_TEXT, true)
          .filter(text -> !text.isBlank())
          .ifPresent(text -> texts.put(one.getKey(), text));
    }
    if (texts.isEmpty()) {
      errors.add(
          at, "required", at + " has no text; give it in one language at least, by its code");
    }
    return texts;
  }

  private Set<Map.Entry<String, JsonNode>> byLanguage(JsonNode node, String at) {
    if (isAbsent(node)) {
      return Set.of();
    }
    if (!node.isObject() || node.size() > MOST_LANGUAGES) {
      errors.add(
          at,
          "wrong_type",
          at + " must be an object of up to " + MOST_LANGUAGES + " languages, by their codes");
      return Set.of();
    }
    node.fieldNames()
        .forEachRemaining(
            language -> {
              if (!Recipe.isLanguage(language)) {
                errors.add(
                    at + "." + Fields.cut(language),
                    "bad_format",
                    at + " names '" + Fields.cut(language) + "'; a language is a code such as ro");
              }
            });
    return node.properties();
  }

  private Optional<String> text(JsonNode node, String at, int most, boolean lines) {
    if (isAbsent(node)) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      errors.add(at, "wrong_type", at + " is " + Fields.shown(node) + "; it must be text");
      return Optional.empty();
    }
    PlainText.error(at, node.asText(), most, lines).ifPresent(errors::add);
    return Optional.of(node.asText().strip());
  }

  private <E extends Enum<E>> E word(Class<E> type, E usual, JsonNode node, String at) {
    try {
      return Words.read(type, node.asText());
    } catch (IllegalArgumentException e) {
      errors.add(
          at,
          "out_of_range",
          "%s is %s; it must be one of %s"
              .formatted(at, Fields.shown(node), Fields.words(type.getEnumConstants())));
      return usual;
    }
  }

  private interface Entry<T> {
    T read(String at, JsonNode node);
  }

  private <T> List<T> list(String field, int most, Entry<T> entry) {
    JsonNode node = root.path(field);
    List<T> entries = new ArrayList<>();
    if (isAbsent(node)) {
      return entries;
    }
    if (!node.isArray() || node.size() > most) {
      errors.add(field, "wrong_type", field + " must be a list of at most " + most + " entries");
      return entries;
    }
    for (int i = 0; i < node.size(); i++) {
      entries.add(entry.read(field + "[" + i + "]", node.get(i)));
    }
    return entries;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
