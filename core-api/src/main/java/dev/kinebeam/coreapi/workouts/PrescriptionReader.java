package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.http.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads {@code {"patient_id", "scheduled_for", "exercises":[{"exercise", "language", "sets"?}]}},
 * gathering everything that is wrong with its form.
 */
final class PrescriptionReader {
  private static final List<String> FIELDS = List.of("patient_id", "scheduled_for", "exercises");
  private static final List<String> FIELDS_OF_EXERCISES = List.of("exercise", "language", "sets");

  private final List<FieldError> errors = new ArrayList<>();

  /**
   * The prescription of a request's body.
   *
   * @throws Problem 400 with everything that is wrong
   */
  static Prescription read(JsonNode body) throws Problem {
    PrescriptionReader reader = new PrescriptionReader();
    Optional<Prescription> prescription = reader.parse(body);
    if (prescription.isEmpty()) {
      throw refusal(reader.errors());
    }
    return prescription.get();
  }

  /** The prescription; empty when anything is wrong with it. */
  Optional<Prescription> parse(JsonNode body) {
    refuseOthers("", body, FIELDS);
    Optional<UUID> patient = word(body, "patient_id", "a UUID", StrictUuid::parse);
    Optional<LocalDate> day =
        word(body, "scheduled_for", "a day such as 2026-12-01", LocalDate::parse);
    List<Prescription.Item> exercises = exercises(body.path("exercises"));
    return errors.isEmpty()
        ? Optional.of(new Prescription(patient.orElseThrow(), day.orElseThrow(), exercises))
        : Optional.empty();
  }

  List<FieldError> errors() {
    return List.copyOf(errors);
  }

  static Problem refusal(List<FieldError> errors) {
    return Problem.invalid(400, "This workout cannot be prescribed.", errors);
  }

  private void refuseOthers(String path, JsonNode object, List<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String shown = name.length() <= 60 ? name : name.substring(0, 60) + "…";
                fail(
                    path + shown,
                    "unknown_field",
                    "there is no field %s here; there are %s"
                        .formatted(path + shown, String.join(", ", known)));
              }
            });
  }

  private <T> Optional<T> word(
      JsonNode object, String name, String form, Function<String, T> parse) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      fail(name, "missing", name + " is missing; it must be " + form);
      return Optional.empty();
    }
    try {
      if (value.isTextual()) {
        return Optional.of(parse.apply(value.textValue()));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      return wrong(name, value, form);
    }
    return wrong(name, value, form);
  }

  private <T> Optional<T> wrong(String name, JsonNode value, String form) {
    fail(
        name, "bad_format", "%s is %s; it must be %s".formatted(name, JsonBody.shown(value), form));
    return Optional.empty();
  }

  private List<Prescription.Item> exercises(JsonNode given) {
    List<Prescription.Item> items = new ArrayList<>();
    if (!given.isArray() || given.isEmpty() || given.size() > Prescription.MOST_EXERCISES) {
      String found = given.isArray() ? "a list of " + given.size() : JsonBody.shown(given);
      fail(
          "exercises",
          "out_of_range",
          "exercises is %s; it must be a list of 1 to %d"
              .formatted(found, Prescription.MOST_EXERCISES));
      return items;
    }
    for (int position = 0; position < given.size(); position++) {
      item(Prescription.field(position), given.get(position)).ifPresent(items::add);
    }
    return items;
  }

  private Optional<Prescription.Item> item(String path, JsonNode given) {
    if (!given.isObject()) {
      fail(
          path,
          "wrong_type",
          "%s is %s; it must be an object".formatted(path, JsonBody.shown(given)));
      return Optional.empty();
    }
    int before = errors.size();
    refuseOthers(path + ".", given, FIELDS_OF_EXERCISES);
    boolean hasSets = given.hasNonNull("sets");
    Optional<Recipe> recipe = recipe(path, (ObjectNode) given, hasSets);
    if (recipe.isPresent() && recipe.get().language() == null) {
      fail(path + ".language", "missing", path + ".language is missing; name it, as ro");
    }
    if (errors.size() > before || recipe.isEmpty()) {
      return Optional.empty();
    }
    Recipe read = recipe.get();
    return Optional.of(
        new Prescription.Item(
            read.exercise(),
            Objects.requireNonNull(read.language(), "checked above"),
            hasSets ? Optional.of(read.sets()) : Optional.empty()));
  }

  /** As a recipe is read; one without sets is read with a set that stands for the whole video. */
  private Optional<Recipe> recipe(String path, ObjectNode given, boolean hasSets) {
    ObjectNode recipe = given.deepCopy().retain(FIELDS_OF_EXERCISES);
    if (!hasSets) {
      recipe.set("sets", Json.MAPPER.valueToTree(List.of(new SetSpec("whole", 1))));
    }
    Recipe.Parsed parsed = Recipe.parse(recipe);
    if (parsed instanceof Recipe.Valid valid) {
      return Optional.of(valid.recipe());
    }
    for (FieldError error : ((Recipe.Invalid) parsed).errors()) {
      fail(path + "." + error.field(), error.code(), path + ": " + error.message());
    }
    return Optional.empty();
  }

  private void fail(String field, String code, String message) {
    errors.add(new FieldError(field, code, message));
  }
}
