package dev.kinebeam.coreapi.clinic;

import org.jspecify.annotations.Nullable;

/** A set of sessions that the answer has figures of. */
sealed interface HealthSubject {
  /** All sessions of one period. */
  record All(Period period) implements HealthSubject {}

  /**
   * The sessions of the present window that share a value of the requested dimension.
   *
   * @param value null where the sessions did not report one
   */
  record Value(@Nullable String value) implements HealthSubject {}

  /** The sessions of the present window that played one video. */
  record Video(String mediaId) implements HealthSubject {}
}
