package dev.kinebeam.eventarchive.writer;

import java.time.Duration;
import java.time.Instant;

/** When to try again: each time after twice as long, at most half a minute. */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private Duration pause = FIRST;
  private Instant again = Instant.MIN;

  boolean mayBeTried(Instant now) {
    return !now.isBefore(again);
  }

  /** It has failed; returns how long it rests now. */
  Duration postpone(Instant now) {
    Duration rest = pause;
    again = now.plus(rest);
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
    return rest;
  }

  /** It has worked. */
  void reset() {
    pause = FIRST;
    again = Instant.MIN;
  }
}
