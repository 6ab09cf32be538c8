package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;

/**
 * When things happened: by the patient's clock, by ours, and what shows how far the two are apart.
 *
 * @param firstMs the earliest event by the patient's clock
 * @param lastMs the latest event by the patient's clock
 * @param lastAt the last event in the order of the session
 * @param endAt the last session_end in the order of the session, null before it came
 * @param firstOwnMs the earliest event by our clock, each corrected with its own trip alone
 * @param lastOwnMs the latest event so corrected
 * @param lastReceivedMs when the gateway last received an event of the session
 * @param leastDelayMs the least of (received − sent) over the session's events: the fastest trip
 *     shows the clocks' difference best; {@link #UNKNOWN} when no sending time came along
 */
record Timeline(
    long firstMs,
    long lastMs,
    EventOrder lastAt,
    EventOrder endAt,
    long firstOwnMs,
    long lastOwnMs,
    long lastReceivedMs,
    long leastDelayMs) {
  static final long UNKNOWN = Long.MAX_VALUE;

  /**
   * A difference up to this is as likely a batch that was sent late (15 to 30 s are usual) as a
   * wrong clock, and is not corrected.
   */
  static final long SANE_MS = 120_000;

  /** No trip takes longer: an event that the session's clock puts further back is not believed. */
  static final long LONGEST_TRIP_MS = 24 * 3_600_000L;

  static Timeline of(MediaRecord record, EventOrder order) {
    long time = order.timestampMs();
    boolean sent = record.sentAtMs() != MediaRecord.UNKNOWN_TIME;
    long delay = sent ? record.receivedAtMs() - record.sentAtMs() : 0;
    return new Timeline(
        time,
        time,
        order,
        record.event().data() instanceof EventData.SessionEnd ? order : null,
        time + delay,
        time + delay,
        record.receivedAtMs(),
        sent ? delay : UNKNOWN);
  }

  Timeline merge(Timeline other) {
    Timeline merged =
        new Timeline(
            Math.min(firstMs, other.firstMs),
            Math.max(lastMs, other.lastMs),
            EventOrder.latest(lastAt, other.lastAt),
            EventOrder.latest(endAt, other.endAt),
            Math.min(firstOwnMs, other.firstOwnMs),
            Math.max(lastOwnMs, other.lastOwnMs),
            Math.max(lastReceivedMs, other.lastReceivedMs),
            Math.min(leastDelayMs, other.leastDelayMs));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  void write(FactWriter out) {
    out.number(firstMs);
    out.number(lastMs);
    out.number(firstOwnMs);
    out.number(lastOwnMs);
    out.number(lastReceivedMs);
    out.number(leastDelayMs);
    out.order(endAt);
    out.order(lastAt);
  }

  static Timeline read(FactReader in) {
    long first = in.number();
    long last = in.number();
    long firstOwn = in.number();
    long lastOwn = in.number();
    long received = in.number();
    long delay = in.number();
    EventOrder end = in.order();
    EventOrder lastAt = in.order();
    return new Timeline(first, last, lastAt, end, firstOwn, lastOwn, received, delay);
  }

  /** The player said that it was over, and no event comes after that. */
  boolean endsByClient() {
    return lastAt.equals(endAt);
  }

  long startedAtMs() {
    return isClockCredible() ? firstMs + skewMs() : firstOwnMs;
  }

  long lastEventAtMs() {
    return isClockCredible() ? lastMs + skewMs() : lastOwnMs;
  }

  /** When the player said it was over, else the last event. */
  long endedAtMs() {
    return endsByClient() ? at(endAt.timestampMs()) : lastEventAtMs();
  }

  /** A time of the patient's clock by ours. */
  long at(long timestampMs) {
    long corrected = timestampMs + skewMs();
    return isClockCredible() ? corrected : Math.max(firstOwnMs, Math.min(lastOwnMs, corrected));
  }

  /** What the row says of the clock; null when nothing is known or it contradicts itself. */
  Long reportedSkewMs() {
    return leastDelayMs == UNKNOWN || !isClockCredible() ? null : (Long) leastDelayMs;
  }

  /** What two rows of this session need to know of each other's clock. */
  SessionMetrics.Clock parts(EventOrder startAt, EventOrder mediaAt) {
    return new SessionMetrics.Clock(
        firstMs,
        lastMs,
        timeOf(endAt),
        firstOwnMs,
        lastOwnMs,
        lastReceivedMs,
        leastDelayMs == UNKNOWN ? null : (Long) leastDelayMs,
        seqOf(lastAt),
        seqOf(endAt),
        timeOf(startAt),
        seqOf(startAt),
        timeOf(mediaAt),
        seqOf(mediaAt));
  }

  private static Long timeOf(EventOrder order) {
    return order == null ? null : (Long) order.timestampMs();
  }

  private static Integer seqOf(EventOrder order) {
    return order == null || order.seq() == MediaEvent.NO_SEQ ? null : (Integer) order.seq();
  }

  /** What must be added to the patient's clock to get ours; 0 for a clock that is about right. */
  private long skewMs() {
    return leastDelayMs == UNKNOWN || Math.abs(leastDelayMs) <= SANE_MS ? 0 : leastDelayMs;
  }

  /**
   * One difference of clocks must fit all events of a session. Where it would move one out of the
   * time in which it can have happened, some event lies about its sending, and each is believed for
   * itself only. So no player can move a session into another year.
   */
  private boolean isClockCredible() {
    return firstMs + skewMs() >= firstOwnMs - LONGEST_TRIP_MS
        && lastMs + skewMs() <= lastReceivedMs + EventOrder.MAX_AHEAD_MS;
  }
}
