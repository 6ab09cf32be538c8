package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.schemas.FieldError;
import java.util.List;

/**
 * What the present rules make of a dead letter.
 *
 * @param accepted the events that are accepted now
 * @param refused why the others are still refused
 */
public record CheckedDeadLetter(List<ReplayableEvent> accepted, List<FieldError> refused) {
  public CheckedDeadLetter {
    accepted = List.copyOf(accepted);
    refused = List.copyOf(refused);
  }

  static CheckedDeadLetter refused(FieldError error) {
    return new CheckedDeadLetter(List.of(), List.of(error));
  }

  static CheckedDeadLetter refused(String field, String code, String message) {
    return refused(new FieldError(field, code, message));
  }
}
