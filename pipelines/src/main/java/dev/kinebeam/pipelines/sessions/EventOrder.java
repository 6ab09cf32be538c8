package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.UUID;

/**
 * Where an event stands among the events of its session: by {@code seq} where the player numbers
 * its events, else by the patient's clock; the event's id settles what is left. A total order.
 *
 * @param seq the player's counter, or {@link MediaEvent#NO_SEQ}
 * @param timestampMs the patient's clock, not mended (one session has one clock, so order needs no
 *     mending), but the moment of sending where it lies more than {@link #MAX_AHEAD_MS} after that
 *     or {@link #MAX_AGE_MS} before it
 */
record EventOrder(int seq, long timestampMs, UUID eventId) implements Comparable<EventOrder> {
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
    return new EventOrder(event.seq(), possible ? time : sent, event.eventId());
  }

  /** As {@link #compareTo}, but events of the same moment are equal whatever their ids. */
  int compareMoment(EventOrder other) {
    boolean numbered = seq >= 0;
    if (numbered != (other.seq >= 0)) {
      return numbered ? 1 : -1;
    }
    if (numbered && seq != other.seq) {
      return Integer.compare(seq, other.seq);
    }
    return Long.compare(timestampMs, other.timestampMs);
  }

  @Override
  public int compareTo(EventOrder other) {
    int moment = compareMoment(other);
    return moment != 0 ? moment : eventId.compareTo(other.eventId);
  }
}
