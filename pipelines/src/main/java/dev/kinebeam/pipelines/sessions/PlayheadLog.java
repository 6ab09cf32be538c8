package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import java.util.Arrays;

/**
 * Where the playhead stood at each event of a session, in the order of the session: 16 bytes for an
 * event. What happened during playback (waits and their causes, what was watched) is computed from
 * the whole log, so that it cannot depend on the order of arrival. Immutable.
 *
 * <p>The log is a set, and its merge is the union. At most {@link #MOST} readings are kept, the
 * first in the order of the session: the first of a union are among the first of its parts, so the
 * bound keeps the merge associative.
 *
 * <p>A reading is two numbers that compare as the readings do: the counter and the time; then the
 * rank of the type, a hash of the event's id, the position in milliseconds and two flags.
 */
final class PlayheadLog {
  /** Five hours of heartbeats. */
  static final int MOST = 2_000;

  /** {@link #positionMs} of an event that has none. */
  static final int NO_POSITION = -1;

  static final PlayheadLog NONE = new PlayheadLog(new long[0]);

  private static final int TIME_BITS = 42;
  private static final long MAX_TIME = (1L << TIME_BITS) - 1;
  private static final long MAX_SEQ = (1L << 21) - 2;

  private static final int RANK_AT = 59;
  private static final int HASH_AT = 31;
  private static final long HASH_MASK = (1L << 28) - 1;

  /** Of the two readings of a seek, the one of its target. */
  private static final long TARGET = 1L << 30;

  private static final int POSITION_AT = 2;
  private static final long POSITION_MASK = (1L << 28) - 1;
  private static final long MAX_POSITION = POSITION_MASK - 1;
  private static final long WATCHED = 1;
  private static final long FATAL = 2;

  private static final EventType[] TYPES = typesByRank();

  private final long[] words;

  private PlayheadLog(long[] words) {
    this.words = words;
  }

  /** The reading of an event; a seek that names both ends gives two. */
  static PlayheadLog of(EventOrder order, MediaEvent event) {
    EventData data = event.data();
    long flags = flags(data);
    if (data instanceof EventData.Seek seek) {
      Double from = seek.fromSeconds();
      Double to = seek.toSeconds();
      // A player that reads the playhead when it has jumped already reports the target twice.
      boolean givesOrigin = from != null && to != null && !near(from, to);
      long[] target = words(order, event, to, TARGET);
      return new PlayheadLog(givesOrigin ? joined(words(order, event, from, 0), target) : target);
    }
    Double position =
        data instanceof EventData.SessionStart ? (Double) 0.0 : Viewing.positionOf(data);
    return new PlayheadLog(words(order, event, position, flags));
  }

  /** The key of the reading of a {@code buffering_start} or {@code buffering_end}. */
  static long[] keyOf(EventOrder order, EventType type, Double positionSeconds) {
    return words(order, type, positionSeconds, 0);
  }

  private static long[] words(EventOrder order, MediaEvent event, Double position, long flags) {
    return words(order, event.type(), position, flags);
  }

  private static long[] words(EventOrder order, EventType type, Double position, long flags) {
    long seq = Math.min(MAX_SEQ, (long) order.seq() + 1);
    long time = Math.max(0, Math.min(MAX_TIME, order.timestampMs()));
    return new long[] {
      (seq << TIME_BITS) | time,
      ((long) EventOrder.rank(type) << RANK_AT)
          | (hash(order) << HASH_AT)
          | (millis(position) << POSITION_AT)
          | flags
    };
  }

  private static long[] joined(long[] first, long[] second) {
    return new long[] {first[0], first[1], second[0], second[1]};
  }

  private static long hash(EventOrder order) {
    long mixed = (order.idHigh() ^ Long.rotateLeft(order.idLow(), 32)) * 0x9e3779b97f4a7c15L;
    return (mixed >>> 36) & HASH_MASK;
  }

  private static long millis(Double seconds) {
    return seconds == null
        ? POSITION_MASK
        : (long) Math.max(0, Math.min(MAX_POSITION, Math.rint(seconds * 1000)));
  }

  private static boolean near(double a, double b) {
    return Math.abs(a - b) * 1000 <= Waits.SAME_POSITION_MS;
  }

  private static long flags(EventData data) {
    EventData.Totals totals = ClientTotals.totalsOf(data);
    Double watched = totals == null ? null : totals.watchedDurationSeconds();
    boolean fatal = data instanceof EventData.PlaybackError error && error.isFatal();
    return (watched != null && watched > 0 ? WATCHED : 0) | (fatal ? FATAL : 0);
  }

  private static EventType[] typesByRank() {
    EventType[] types = new EventType[EventType.values().length];
    for (EventType type : EventType.values()) {
      types[EventOrder.rank(type)] = type;
    }
    return types;
  }

  /** How many readings there are. */
  int size() {
    return words.length / 2;
  }

  /** There may have been more readings than are kept. */
  boolean isFull() {
    return size() >= MOST;
  }

  EventType type(int i) {
    return TYPES[(int) (words[2 * i + 1] >>> RANK_AT)];
  }

  /** By the patient's clock, milliseconds since the epoch. */
  long timeMs(int i) {
    return words[2 * i] & MAX_TIME;
  }

  /** Milliseconds from the beginning of the video, or {@link #NO_POSITION}. */
  int positionMs(int i) {
    long position = (words[2 * i + 1] >>> POSITION_AT) & POSITION_MASK;
    return position == POSITION_MASK ? NO_POSITION : (int) position;
  }

  /** The reading is where a seek went to; the other reading of a seek is where it came from. */
  boolean isSeekTarget(int i) {
    return (words[2 * i + 1] & TARGET) != 0;
  }

  /** The event reported watched time. */
  boolean showsWatching(int i) {
    return (words[2 * i + 1] & WATCHED) != 0 && type(i) != EventType.SEEK;
  }

  boolean isFatal(int i) {
    return (words[2 * i + 1] & FATAL) != 0;
  }

  /** The index of the reading with this key, or a negative number. */
  int find(long[] key) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(words, 2 * middle, key, 0);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  /** The union; the same object as one of the two when that one holds the other. */
  PlayheadLog merge(PlayheadLog other) {
    if (other.words.length == 0) {
      return this;
    } else if (words.length == 0) {
      return other;
    }
    long[] union = union(words, other.words);
    if (Arrays.equals(union, words)) {
      return this;
    }
    return Arrays.equals(union, other.words) ? other : new PlayheadLog(union);
  }

  private static long[] union(long[] a, long[] b) {
    long[] all = new long[Math.min(2 * MOST, a.length + b.length)];
    int n = 0;
    int i = 0;
    int j = 0;
    while (n < all.length && (i < a.length || j < b.length)) {
      int side = i == a.length ? 1 : j == b.length ? -1 : compare(a, i, b, j);
      long[] from = side <= 0 ? a : b;
      int at = side <= 0 ? i : j;
      all[n++] = from[at];
      all[n++] = from[at + 1];
      i += side <= 0 ? 2 : 0;
      j += side >= 0 ? 2 : 0;
    }
    return n == all.length ? all : Arrays.copyOf(all, n);
  }

  private static int compare(long[] a, int i, long[] b, int j) {
    int order = Long.compare(a[i], b[j]);
    return order != 0 ? order : Long.compare(a[i + 1], b[j + 1]);
  }

  void write(FactWriter out) {
    out.number(words.length);
    for (long word : words) {
      out.fixed(word);
    }
  }

  static PlayheadLog read(FactReader in) {
    long[] words = new long[(int) in.number()];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.fixed();
    }
    return words.length == 0 ? NONE : new PlayheadLog(words);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof PlayheadLog log && Arrays.equals(words, log.words));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("PlayheadLog[");
    for (int i = 0; i < size(); i++) {
      out.append(i == 0 ? "" : ", ")
          .append(type(i).wireName())
          .append(isSeekTarget(i) ? " to " : " ")
          .append(positionMs(i))
          .append(" at ")
          .append(timeMs(i));
    }
    return out.append(']').toString();
  }
}
