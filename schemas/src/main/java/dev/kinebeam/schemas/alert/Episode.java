package dev.kinebeam.schemas.alert;

/**
 * A condition that has held and not yet ended.
 *
 * @param openedAtMs when it was first found to hold
 * @param calmSinceMs since when it has failed, or {@link #NOT_CALM}
 */
public record Episode(long openedAtMs, long calmSinceMs) {
  /** Of an episode whose condition has not failed since. */
  public static final long NOT_CALM = Long.MIN_VALUE;

  /** One that begins. */
  public static Episode openedAt(long ms) {
    return new Episode(ms, NOT_CALM);
  }

  /** The condition has failed at {@code ms}, and perhaps before. */
  public Episode calmAt(long ms) {
    return calmSinceMs == NOT_CALM ? new Episode(openedAtMs, ms) : this;
  }

  /** The condition has not failed. */
  public Episode notCalm() {
    return calmSinceMs == NOT_CALM ? this : new Episode(openedAtMs, NOT_CALM);
  }
}
