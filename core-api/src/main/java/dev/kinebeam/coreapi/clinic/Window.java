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
 * @param beforeFrom where the window begins that this one is compared with; it ends at {@code from}
 */
record Window(Instant from, Instant to, Instant beforeFrom) {
  private static final Duration DEFAULT = Duration.ofDays(7);
  private static final Duration LONGEST = Duration.ofDays(400);

  /** Of a question that is refused. */
  static final Window NEVER = new Window(Instant.EPOCH, Instant.EPOCH);

  /** A window that is compared with the one of equal length before it. */
  Window(Instant from, Instant to) {
    this(from, to, from.minus(Duration.between(from, to)));
  }

  /** The same window, compared with the time from then on. */
  Window comparedSince(Instant then) {
    return new Window(from, to, then);
  }

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

  /** The window that this one is compared with. */
  Window before() {
    return new Window(beforeFrom, from);
  }

  /** How long it is: a calendar week has 167 or 169 hours where the clocks change. */
  double hours() {
    return length().toSeconds() / 3600.0;
  }

  Duration length() {
    return Duration.between(from, to);
  }

  String fromText() {
    return Rfc3339.text(from);
  }

  String toText() {
    return Rfc3339.text(to);
  }
}
