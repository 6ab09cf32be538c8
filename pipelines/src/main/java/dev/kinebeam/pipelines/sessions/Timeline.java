package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.MediaRecord;

/**
 * When things happened: by the patient's clock, by ours, and what tells how far the two are apart.
 *
 * @param firstMs the earliest event by the patient's clock
 * @param lastMs the latest event by the patient's clock
 * @param lastReceivedMs when the gateway last heard of the session
 * @param leastDelayMs the least of (received − sent) over the session's events: the fastest trip
 *     shows the clocks' difference best; {@link #UNKNOWN} when no sending time came along
 */
record Timeline(long firstMs, long lastMs, long lastReceivedMs, long leastDelayMs) {
  static final long UNKNOWN = Long.MAX_VALUE;

  /**
   * A difference up to this is as likely a slow network or a busy gateway as a wrong clock, and is
   * left alone.
   */
  static final long SANE_MS = 10_000;

  static Timeline of(MediaRecord record, EventOrder order) {
    return new Timeline(
        order.timestampMs(),
        order.timestampMs(),
        record.receivedAtMs(),
        record.sentAtMs() == MediaRecord.UNKNOWN_TIME
            ? UNKNOWN
            : record.receivedAtMs() - record.sentAtMs());
  }

  Timeline merge(Timeline other) {
    Timeline merged =
        new Timeline(
            Math.min(firstMs, other.firstMs),
            Math.max(lastMs, other.lastMs),
            Math.max(lastReceivedMs, other.lastReceivedMs),
            Math.min(leastDelayMs, other.leastDelayMs));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  /** What must be added to the patient's clock to get ours; 0 for a clock that is about right. */
  long skewMs() {
    return leastDelayMs == UNKNOWN || Math.abs(leastDelayMs) <= SANE_MS ? 0 : leastDelayMs;
  }
}
