package dev.kinebeam.program.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What successive probes of one dependency say. A dependency counts as down from its first failed
 * probe; an outage is reported at the first later failure in a row that comes after a pause, so
 * that a single slow answer is not reported. Rounds that follow each other at once, as they do
 * while a program starts, may wait for the same slow probe: they count once. Not thread-safe.
 */
final class Health {
  /** What a probe has changed. */
  enum Change {
    NONE,
    OUTAGE_BEGAN,
    OUTAGE_ENDED
  }

  private final Duration pause;
  private boolean known;
  private boolean up;
  private boolean reported;
  private String reason = "not probed yet";
  private Instant failingSince;

  /**
   * Of a dependency that was never probed.
   *
   * @param pause the least time between the first failure and the one that is reported
   */
  Health(Duration pause) {
    this.pause = pause;
  }

  /**
   * Takes in the result of a probe.
   *
   * @param failure why the dependency did not answer; empty when it did
   */
  Change observe(Optional<String> failure, Instant now) {
    boolean failsAnew = up || !known;
    known = true;
    up = failure.isEmpty();
    if (up) {
      boolean wasReported = reported;
      reported = false;
      return wasReported ? Change.OUTAGE_ENDED : Change.NONE;
    }
    reason = failure.get();
    if (failsAnew) {
      failingSince = now;
    }
    if (reported || now.isBefore(failingSince.plus(pause))) {
      return Change.NONE;
    }
    reported = true;
    return Change.OUTAGE_BEGAN;
  }

  /** Whether the last probe succeeded; a dependency that was never probed is not up. */
  boolean isUp() {
    return up;
  }

  boolean isKnown() {
    return known;
  }

  /** Why it is not up. */
  String reason() {
    return reason;
  }

  /** How long the last outage has lasted at {@code now}. */
  Duration outage(Instant now) {
    return failingSince == null ? Duration.ZERO : Duration.between(failingSince, now);
  }
}
