package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.http.Inputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time that a question is about.
 *
 * @param from inclusive
 * @param to exclusive
 */
record Window(Instant from, Instant to) {
  private static final Duration DEFAULT = Duration.ofDays(7);
  private static final Duration LONGEST = Duration.ofDays(400);

  /** From {@code from} and {@code to}; the last seven days where they are not given. */
  static Window read(Inputs inputs, Clock clock) {
    // A session that starts this second is inside.
    Instant to = inputs.time("to").orElse(clock.instant().plusSeconds(1));
    Instant from = inputs.time("from").orElse(to.minus(DEFAULT));
    if (!from.isBefore(to)) {
      inputs.reject("from", "out_of_range", "from must be before to");
    } else if (Duration.between(from, to).compareTo(LONGEST) > 0) {
      inputs.reject(
          "from", "out_of_range", "from and to may lie " + LONGEST.toDays() + " days apart");
    }
    return new Window(from, to);
  }

  /** The window of equal length that ends where this one begins. */
  Window before() {
    return new Window(from.minus(Duration.between(from, to)), from);
  }

  String fromText() {
    return Rfc3339.text(from);
  }

  String toText() {
    return Rfc3339.text(to);
  }
}
