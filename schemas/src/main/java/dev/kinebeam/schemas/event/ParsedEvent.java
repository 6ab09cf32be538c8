package dev.kinebeam.schemas.event;

import dev.kinebeam.schemas.FieldError;

/** What was made of one event's bytes. */
public sealed interface ParsedEvent {
  /** It obeys the contract, after the corrections that it names. */
  record Accepted(MediaEvent event) implements ParsedEvent {}

  /** It does not; the first thing that is wrong. */
  record Rejected(FieldError error) implements ParsedEvent {
    static Rejected of(String field, String code, String message) {
      return new Rejected(new FieldError(field, code, message));
    }
  }
}
