package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns JSON into a {@link Recipe}, collecting everything that is wrong with it. */
final class RecipeReader {
  private static final List<String> FIELDS =
      List.of("exercise", "language", "sets", "seed", "variant_chaining");
  private static final List<String> FIELDS_OF_A_SET = List.of("side", "reps");

  private final JsonNode root;
  private final String what;
  private final List<String> fields;
  private final List<FieldError> errors = new ArrayList<>();

  /**
   * Reads a recipe, or what has a recipe's fields and others.
   *
   * @param root a JSON object
   * @param what its kind, for messages
   * @param others fields that it may have beside a recipe's; they are not read here
   */
  RecipeReader(JsonNode root, String what, List<String> others) {
    this.root = root;
    this.what = what;
    List<String> all = new ArrayList<>(FIELDS);
    all.addAll(others);
    this.fields = List.copyOf(all);
  }

  Recipe.Parsed read() {
    refuseOthers("", root, fields, what);
    Optional<String> exercise = exercise();
    Optional<String> language = language();
    List<SetSpec> sets = sets();
    Optional<Long> seed = seed();
    boolean chaining = chaining();
    return errors.isEmpty()
        ? new Recipe.Valid(
            new Recipe(
                exercise.orElseThrow(), language.orElse(null), sets, seed.orElse(null), chaining))
        : new Recipe.Invalid(List.copyOf(errors));
  }

  private void refuseOthers(String path, JsonNode object, List<String> known, String owner) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String field = path + shown(name);
                fail(
                    field,
                    "unknown_field",
                    "there is no field %s; %s has %s"
                        .formatted(field, owner, String.join(", ", known)));
              }
            });
  }

  private Optional<String> exercise() {
    JsonNode node = root.get("exercise");
    if (isAbsent(node)) {
      return fail("exercise", "missing", what + " needs exercise");
    }
    if (!node.isTextual() || !Recipe.isSlug(node.textValue())) {
      return fail(
          "exercise",
          "bad_format",
          "exercise is " + shown(node) + "; it must be a slug such as lumbar-detensioning");
    }
    return Optional.of(node.textValue());
  }

  private Optional<String> language() {
    JsonNode node = root.get("language");
    if (isAbsent(node)) {
      return Optional.empty();
    }
    if (!node.isTextual() || !Recipe.isLanguage(node.textValue())) {
      return fail(
          "language",
          "bad_format",
          "language is " + shown(node) + "; it must be a code such as ro or pt-BR");
    }
    return Optional.of(node.textValue());
  }

  private List<SetSpec> sets() {
    List<SetSpec> sets = new ArrayList<>();
    JsonNode nodes = root.get("sets");
    if (isAbsent(nodes)) {
      fail("sets", "missing", what + " needs sets");
    } else if (!nodes.isArray() || nodes.isEmpty()) {
      fail(
          "sets",
          "wrong_type",
          "sets is " + shown(nodes) + "; it must be a list of one set or more");
    } else if (nodes.size() > Recipe.MAX_SETS) {
      fail("sets", "too_many", "sets has " + nodes.size() + " entries; at most " + Recipe.MAX_SETS);
    } else {
      for (int i = 0; i < nodes.size(); i++) {
        set("sets[" + i + "]", nodes.get(i), sets);
      }
    }
    return sets;
  }

  private void set(String path, JsonNode node, List<SetSpec> sets) {
    refuseOthers(path + ".", node, FIELDS_OF_A_SET, "a set");
    JsonNode side = node.get("side");
    JsonNode reps = node.get("reps");
    if (side == null || !side.isTextual() || !Recipe.isSide(side.textValue())) {
      fail(
          path + ".side",
          side == null ? "missing" : "bad_format",
          path + ".side is " + shown(side) + "; it must be a side such as left");
      return;
    }
    if (reps == null || !reps.isIntegralNumber() || !reps.canConvertToInt()) {
      fail(
          path + ".reps",
          reps == null ? "missing" : "wrong_type",
          path + ".reps is " + shown(reps) + "; it must be a whole number");
      return;
    }
    sets.add(new SetSpec(side.textValue(), reps.intValue()));
  }

  private Optional<Long> seed() {
    JsonNode node = root.get("seed");
    if (isAbsent(node)) {
      return Optional.empty();
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      return fail(
          "seed", "wrong_type", "seed is " + shown(node) + "; it must be a 64-bit whole number");
    }
    return Optional.of(node.longValue());
  }

  private boolean chaining() {
    JsonNode node = root.get("variant_chaining");
    if (isAbsent(node)) {
      return false;
    }
    if (!node.isBoolean()) {
      fail(
          "variant_chaining",
          "wrong_type",
          "variant_chaining is " + shown(node) + "; it must be true or false");
    }
    return node.booleanValue();
  }

  private static boolean isAbsent(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  private <T> Optional<T> fail(String field, String code, String message) {
    errors.add(new FieldError(field, code, message));
    return Optional.empty();
  }

  private static String shown(@Nullable JsonNode node) {
    if (node == null) {
      return "not there";
    }
    return shown(node.toString());
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "…";
  }
}
