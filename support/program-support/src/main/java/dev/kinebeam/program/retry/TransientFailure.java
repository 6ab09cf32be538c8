package dev.kinebeam.program.retry;

import java.time.Duration;
import java.util.Optional;

/** Implemented by exceptions after which the same call may succeed later. */
public interface TransientFailure {
  /** How long the other side asks to wait before the next attempt. */
  default Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** Whether the next attempt may pass although this one failed with {@code failure}. */
  static boolean is(Throwable failure) {
    return failure instanceof TransientFailure;
  }
}
