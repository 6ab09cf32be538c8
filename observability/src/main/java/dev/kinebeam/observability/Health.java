package dev.kinebeam.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What successive probes of one dependency say. A dependency counts as down from its first failed
 * probe; an outage is reported at the second one in a row, so that a single slow answer is no news.
 * Not thread-safe.
 */
final class Health {
  private static final int REPORTED_AT = 2;

  /** What a probe has changed. */
  enum Change {
    NONE,
    OUTAGE_BEGAN,
    OUTAGE_ENDED
  }

  private boolean known;
  private int failures;
  private String reason = "not probed yet";
  private Instant failingSince;

  /**
   * Takes in the result of a probe.
   *
   * @param failure why the dependency did not answer; empty when it did
   */
  Change observe(Optional<String> failure, Instant now) {
    known = true;
    if (failure.isPresent()) {
      failures++;
      reason = failure.get();
      if (failures == 1) {
        failingSince = now;
      }
      return failures == REPORTED_AT ? Change.OUTAGE_BEGAN : Change.NONE;
    }
    boolean reported = failures >= REPORTED_AT;
    failures = 0;
    return reported ? Change.OUTAGE_ENDED : Change.NONE;
  }

  /** Whether the last probe succeeded; a dependency that was never probed is not up. */
  boolean isUp() {
    return known && failures == 0;
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
