package dev.kinebeam.trials.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what a document shows of an answer with the answer. The document may leave fields out,
 * and has {@code "…"} where the value differs from one reading to the next. Pure.
 */
public final class ShownAnswer {
  private static final String ANYTHING = "…";

  private ShownAnswer() {}

  /** Where the answer is not what is shown; empty when it is. */
  public static List<String> differences(JsonNode shown, JsonNode answer) {
    List<String> differences = new ArrayList<>();
    compare("", shown, answer, differences);
    return differences;
  }

  private static void compare(
      String path, JsonNode shown, JsonNode answer, List<String> differences) {
    if (shown.isObject() && answer.isObject()) {
      shown
          .properties()
          .forEach(
              field ->
                  compare(
                      path + "/" + field.getKey(),
                      field.getValue(),
                      answer.path(field.getKey()),
                      differences));
    } else if (shown.isArray() && answer.isArray() && shown.size() == answer.size()) {
      for (int i = 0; i < shown.size(); i++) {
        compare(path + "/" + i, shown.get(i), answer.get(i), differences);
      }
    } else if (!isAnything(shown, answer) && !shown.equals(answer)) {
      differences.add(
          "%s is %s and not %s"
              .formatted(path, answer.isMissingNode() ? "missing" : answer, shown));
    }
  }

  private static boolean isAnything(JsonNode shown, JsonNode answer) {
    return shown.asText().equals(ANYTHING) && !answer.isMissingNode() && !answer.isNull();
  }
}
