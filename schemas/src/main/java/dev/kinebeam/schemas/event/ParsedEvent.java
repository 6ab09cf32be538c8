package dev.kinebeam.schemas.event;

import dev.kinebeam.schemas.FieldError;
import java.time.Instant;

/** The verdict over one event. */
public sealed interface ParsedEvent {
  /** A clock that is further off than this is not believed: ten years. */
  long MAX_CLOCK_ERROR_MS = 3_653 * 86_400_000L;

  /**
   * This verdict, and a refusal where the event's time cannot be that of an event received then.
   */
  default ParsedEvent receivedAt(long receivedAtMs) {
    if (!(this instanceof Accepted accepted)) {
      return this;
    }
    long time = accepted.event().timestampMs();
    return Math.abs(time - receivedAtMs) <= MAX_CLOCK_ERROR_MS
        ? this
        : Rejected.of(
            "timestamp",
            "out_of_range",
            "timestamp is "
                + Instant.ofEpochMilli(time)
                + ", more than ten years from its receipt at "
                + Instant.ofEpochMilli(receivedAtMs)
                + "; set the device's clock");
  }

  /** It obeys the contract. */
  record Accepted(MediaEvent event) implements ParsedEvent {}

  /** It does not; the first thing that is wrong. */
  record Rejected(FieldError error) implements ParsedEvent {
    static Rejected of(String field, String code, String message) {
      return new Rejected(new FieldError(field, code, message));
    }
  }
}
