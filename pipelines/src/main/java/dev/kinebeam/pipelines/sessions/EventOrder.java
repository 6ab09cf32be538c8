package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.UUID;

/**
 * Where an event stands among the events of its session: by {@code seq} where the player numbers
 * its events, else by the patient's clock; the event's id settles what is left. A total order. Its
 * id is kept as two numbers, since most of what a session in state weighs are orders.
 *
 * @param seq the player's counter, or {@link MediaEvent#NO_SEQ}
 * @param timestampMs the patient's clock, not mended (one session has one clock, so order needs no
 *     mending), but the moment of sending where it lies more than {@link #MAX_AHEAD_MS} after that
 *     or {@link #MAX_AGE_MS} before it
 */
record EventOrder(int seq, long timestampMs, long idHigh, long idLow)
    implements Comparable<EventOrder> {
  /** An event cannot happen after it was sent; this much is forgiven. */
  static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  /** A player may be without a network for long, but not for longer than rows are kept open. */
  static final long MAX_AGE_MS = 400 * 86_400_000L;

  static EventOrder of(MediaRecord record) {
    MediaEvent event = record.event();
    long sent =
        record.sentAtMs() == MediaRecord.UNKNOWN_TIME ? record.receivedAtMs() : record.sentAtMs();
    long time = event.timestampMs();
    boolean possible = time <= sent + MAX_AHEAD_MS && time >= sent - MAX_AGE_MS;
    UUID id = event.eventId();
    return new EventOrder(
        event.seq(),
        possible ? time : sent,
        id.getMostSignificantBits(),
        id.getLeastSignificantBits());
  }

  UUID eventId() {
    return new UUID(idHigh, idLow);
  }

  /**
   * As {@link #compareTo}, but events of the same moment are equal whatever their ids. {@link
   * MediaEvent#NO_SEQ} is less than every number, so what is not numbered comes first.
   */
  int compareMoment(EventOrder other) {
    int bySeq = Integer.compare(seq, other.seq);
    return bySeq != 0 ? bySeq : Long.compare(timestampMs, other.timestampMs);
  }

  @Override
  public int compareTo(EventOrder other) {
    int order = compareMoment(other);
    if (order == 0) {
      order = Long.compare(idHigh, other.idHigh);
    }
    return order != 0 ? order : Long.compare(idLow, other.idLow);
  }

  /** The earlier one; null stands for an event that has not come. */
  static EventOrder earliest(EventOrder a, EventOrder b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }
}
