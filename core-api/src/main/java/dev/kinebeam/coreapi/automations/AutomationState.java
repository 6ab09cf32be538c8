package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import java.util.Arrays;

/** How far an automation is. */
enum AutomationState {
  OPEN,
  ACKNOWLEDGED,
  SNOOZED,
  RESOLVED;

  /** As the table and answers hold it. */
  @JsonValue
  String word() {
    return Words.write(this);
  }

  /**
   * The state of a word, in lower case.
   *
   * @throws IllegalArgumentException when there is none
   */
  static AutomationState of(String word) {
    return Arrays.stream(values())
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state"));
  }
}
