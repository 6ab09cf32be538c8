package dev.kinebeam.pipelines.alerts;

/**
 * A condition that has held and not yet ended.
 *
 * @param openedAtMs when it was first found to hold
 * @param calmSinceMs since when it has failed, or {@link #NOT_CALM}
 */
record Episode(long openedAtMs, long calmSinceMs) {
  static final long NOT_CALM = Long.MIN_VALUE;

  static Episode openedAt(long ms) {
    return new Episode(ms, NOT_CALM);
  }

  /** The condition has failed at {@code ms}, and perhaps before. */
  Episode calmAt(long ms) {
    return calmSinceMs == NOT_CALM ? new Episode(openedAtMs, ms) : this;
  }

  Episode notCalm() {
    return calmSinceMs == NOT_CALM ? this : new Episode(openedAtMs, NOT_CALM);
  }
}
