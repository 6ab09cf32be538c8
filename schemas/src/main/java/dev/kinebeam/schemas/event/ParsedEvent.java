package dev.kinebeam.schemas.event;

import dev.kinebeam.schemas.FieldError;

/** The verdict over one event. */
public sealed interface ParsedEvent {
  /** It obeys the contract. */
  record Accepted(MediaEvent event) implements ParsedEvent {}

  /** It does not; the first thing that is wrong. */
  record Rejected(FieldError error) implements ParsedEvent {
    static Rejected of(String field, String code, String message) {
      return new Rejected(new FieldError(field, code, message));
    }
  }
}
