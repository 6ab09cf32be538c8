package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.UUID;

/**
 * Where an event stands among the events of its session: by {@code seq} where the player numbers
 * its events, else by the patient's clock. Within one moment the event's type decides ({@link
 * #rank}), then its id. A total order. The id is kept as two numbers, since orders are most of what
 * a session in state weighs.
 *
 * @param seq the player's counter, or {@link MediaEvent#NO_SEQ}, which is less than every number
 * @param moment the patient's time and, in the lowest four bits, the rank of the event's type
 */
record EventOrder(int seq, long moment, long idHigh, long idLow) implements Comparable<EventOrder> {
  /** An event cannot happen after it was sent; this much is tolerated. */
  static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  /** A player may be without a network for long, but not for longer than rows are kept open. */
  static final long MAX_AGE_MS = 400 * 86_400_000L;

  static final int RANK_BITS = 4;

  /**
   * The time is the patient's clock, not corrected: one session has one clock, so order needs no
   * correction. It is the moment of sending (of receipt, where that was not sent) if it lies more
   * than {@link #MAX_AHEAD_MS} after that or {@link #MAX_AGE_MS} before it.
   */
  static EventOrder of(MediaRecord record) {
    MediaEvent event = record.event();
    long sent =
        record.sentAtMs() == MediaRecord.UNKNOWN_TIME ? record.receivedAtMs() : record.sentAtMs();
    long time = event.timestampMs();
    boolean possible = time <= sent + MAX_AHEAD_MS && time >= sent - MAX_AGE_MS;
    UUID id = event.eventId();
    return at(event.seq(), possible ? time : sent, event.type(), id);
  }

  static EventOrder at(int seq, long timestampMs, EventType type, UUID id) {
    return new EventOrder(
        seq,
        (timestampMs << RANK_BITS) | rank(type),
        id.getMostSignificantBits(),
        id.getLeastSignificantBits());
  }

  /**
   * Which of two events of one moment comes first: what reads the playhead before what moves it,
   * what causes a wait before the wait, the end of a wait after its start, and the end of the
   * session after everything.
   */
  static int rank(EventType type) {
    return switch (type) {
      case SESSION_START -> 0;
      case HEARTBEAT -> 1;
      case QUALITY_CHANGE -> 2;
      case MILESTONE -> 3;
      case SEEK -> 4;
      case PLAY -> 5;
      case BUFFERING_START -> 6;
      case ERROR -> 7;
      case BUFFERING_END -> 8;
      case PAUSE -> 9;
      case SESSION_END -> 10;
    };
  }

  long timestampMs() {
    return moment >> RANK_BITS;
  }

  UUID eventId() {
    return new UUID(idHigh, idLow);
  }

  @Override
  public int compareTo(EventOrder other) {
    int order = Integer.compare(seq, other.seq);
    if (order == 0) {
      order = Long.compare(moment, other.moment);
    }
    if (order == 0) {
      order = Long.compare(idHigh, other.idHigh);
    }
    return order != 0 ? order : Long.compare(idLow, other.idLow);
  }

  /** The later one; null stands for an event that has not come. */
  static EventOrder latest(EventOrder a, EventOrder b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) >= 0 ? a : b;
  }
}
