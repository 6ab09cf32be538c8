package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * The query parameters of one request, each with one value.
 *
 * @param values by name
 */
record QueryParameters(Map<String, String> values) {
  private static final int LONGEST_SHOWN = 60;

  /**
   * Reads the query of a request for a route with this handler.
   *
   * @throws Problem 400 that names each parameter which the handler refuses, or which is empty or
   *     given more than once
   */
  static QueryParameters read(Request request, Route.Handler handler) throws Problem {
    Set<String> known = handler.parameters();
    Map<String, String> values = new LinkedHashMap<>();
    List<FieldError> errors = new ArrayList<>();
    for (Fields.Field field : fields(request)) {
      if (handler.passesOverOthers() && !known.contains(field.getName())) {
        continue;
      }
      error(field, known).ifPresent(errors::add);
      values.put(field.getName(), field.getValue());
    }
    if (!errors.isEmpty()) {
      throw Problem.invalid(400, "The query cannot be answered.", errors);
    }
    return new QueryParameters(values);
  }

  private static Fields fields(Request request) throws Problem {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException e) { // what Jetty throws differs by what is wrong with the encoding
      throw Problem.invalid(
          400,
          "The query cannot be read.",
          List.of(
              new FieldError(
                  "", "bad_format", "the query is not percent-encoded UTF-8: " + e.getMessage())));
    }
  }

  private static Optional<FieldError> error(Fields.Field field, Set<String> known) {
    String name = field.getName();
    String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
    if (!known.contains(name)) {
      String takes =
          known.isEmpty() ? "takes none" : "takes " + String.join(", ", new TreeSet<>(known));
      return Optional.of(
          new FieldError(
              shown,
              "unknown_parameter",
              "there is no query parameter '" + shown + "' here; this route " + takes));
    }
    if (field.getValues().size() > 1) {
      return Optional.of(
          new FieldError(
              name,
              "repeated",
              name + " is given " + field.getValues().size() + " times; give it once"));
    }
    if (field.getValue().isBlank()) {
      return Optional.of(
          new FieldError(name, "empty", name + " is empty; give it a value or leave it out"));
    }
    return Optional.empty();
  }
}
