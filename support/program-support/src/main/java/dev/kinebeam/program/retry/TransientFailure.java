package dev.kinebeam.program.retry;

import java.time.Duration;
import java.util.Optional;

/** Implemented by exceptions after which the same call may succeed later. */
public interface TransientFailure {
  /** How long the other side asks to wait before the next attempt. */
  default Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** Whether {@code failure} may be gone at the next attempt. */
  static boolean is(Throwable failure) {
    return failure instanceof TransientFailure;
  }
}
