package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers what is wrong with the fields of a JSON object, the first hundred things of it. */
final class Fields {
  private static final int SHOWN = 60;

  /** A body of some bytes for each field must not become an answer of some hundred for each. */
  private static final int MOST = 100;

  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> all() {
    return List.copyOf(errors);
  }

  void add(FieldError error) {
    if (errors.size() < MOST) {
      errors.add(error);
    }
  }

  void add(String field, String code, String message) {
    add(new FieldError(field, code, message));
  }

  /** Requires an object without other fields than these. */
  void requireObject(JsonNode node, String at, Set<String> known) {
    if (!node.isObject()) {
      String what = at.isEmpty() ? "this" : at;
      add(at, "wrong_type", what + " is " + shown(node) + "; it must be an object");
      return;
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String field = at.isEmpty() ? cut(name) : at + "." + cut(name);
                add(
                    field,
                    "unknown_field",
                    "there is no field '%s' here; there are %s"
                        .formatted(
                            field, known.stream().sorted().collect(Collectors.joining(", "))));
              }
            });
  }

  /** A value as a message may show it. */
  static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : cut(node.toString());
  }

  static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  static String words(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Words::write).collect(Collectors.joining(", "));
  }
}
