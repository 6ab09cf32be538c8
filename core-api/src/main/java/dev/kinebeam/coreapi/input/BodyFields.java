package dev.kinebeam.coreapi.input;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.PlainText;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads the typed fields of a JSON object and gathers everything that is wrong with them. */
public final class BodyFields {
  private final JsonNode body;
  private final List<FieldError> errors = new ArrayList<>();

  private BodyFields(JsonNode body) {
    this.body = body;
  }

  /**
   * The fields of a request's body; one that is not among the known ones is refused by name.
   *
   * @throws Problem as {@link JsonBody} says
   */
  public static BodyFields of(Call call, Set<String> known) throws Problem, IOException {
    BodyFields fields = new BodyFields(JsonBody.read(call));
    fields
        .body
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                fields.reject(name, "unknown_field", "there is no field " + name + " here");
              }
            });
    return fields;
  }

  /** A text of one line that people read: not blank, and {@link PlainText}. */
  public Optional<String> text(String name, int longest) {
    return value(
            name,
            ("a plain text of 1 to %d characters, without markup and without characters that control"
                    + " or reorder the text around them")
                .formatted(longest),
            value ->
                value.isTextual()
                    && !value.textValue().isBlank()
                    && PlainText.error(name, value.textValue(), longest, false).isEmpty())
        .map(JsonNode::textValue);
  }

  /** A word in a form of its own, which {@code parse} refuses by throwing. */
  public <T> Optional<T> word(String name, String form, Function<String, T> parse) {
    Optional<String> word = value(name, form, JsonNode::isTextual).map(JsonNode::textValue);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(word.get()));
    } catch (IllegalArgumentException e) {
      rejectValue(name, form);
      return Optional.empty();
    }
  }

  /** A whole number between two bounds, both included. */
  public Optional<Integer> number(String name, int least, int most) {
    return value(
            name,
            "a whole number from %d to %d".formatted(least, most),
            value ->
                value.isIntegralNumber()
                    && value.canConvertToInt()
                    && value.intValue() >= least
                    && value.intValue() <= most)
        .map(JsonNode::intValue);
  }

  /** True or false. */
  public Optional<Boolean> flag(String name) {
    return value(name, "true or false", JsonNode::isBoolean).map(JsonNode::booleanValue);
  }

  /** Refuses the body where one of these fields is left out, or null. */
  public void require(String... names) {
    for (String name : names) {
      if (isAbsent(name)) {
        reject(name, "missing", name + " is missing");
      }
    }
  }

  private Optional<JsonNode> value(String name, String form, Predicate<JsonNode> fits) {
    if (isAbsent(name)) {
      return Optional.empty();
    }
    JsonNode value = body.path(name);
    if (!fits.test(value)) {
      rejectValue(name, form);
      return Optional.empty();
    }
    return Optional.of(value);
  }

  private void rejectValue(String name, String form) {
    reject(
        name,
        "bad_value",
        "%s is %s; it must be %s".formatted(name, JsonBody.shown(body.path(name)), form));
  }

  private boolean isAbsent(String name) {
    return body.path(name).isMissingNode() || body.path(name).isNull();
  }

  private void reject(String name, String code, String message) {
    errors.add(new FieldError(name, code, message));
  }

  /**
   * Passes when nothing is wrong.
   *
   * @throws Problem 400 with everything that is
   */
  public void check(String detail) throws Problem {
    if (!errors.isEmpty()) {
      throw Problem.invalid(400, detail, errors);
    }
  }
}
