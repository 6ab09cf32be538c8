package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventType;
import java.util.Arrays;
import java.util.UUID;

/**
 * Which events a session has had, so that each counts once however often it arrives. Holds eight
 * bytes for an event: 60 bits of its id's hash, and its type. Immutable.
 *
 * <p>At most {@link #MOST} are kept, the least: the least of a union are the least of the leasts,
 * so the bound keeps the law. A fuller session counts no further.
 *
 * <p>Two events of one session share their 60 bits with a chance of one in a million for sessions
 * of a million events; one of them would then not be counted.
 */
final class EventSet {
  static final EventSet NONE = new EventSet(new long[0]);

  /** A session of a hundred thousand events is counted exactly, and takes a megabyte at most. */
  static final int MOST = 131_072;

  private static final long TYPE_BITS = 0xF;

  private final long[] sorted;

  private EventSet(long[] sorted) {
    this.sorted = sorted;
  }

  static EventSet of(UUID eventId, EventType type) {
    long hash = mix(eventId.getMostSignificantBits() + mix(eventId.getLeastSignificantBits()));
    return new EventSet(new long[] {(hash & ~TYPE_BITS) | code(type)});
  }

  void write(FactWriter out) {
    out.number(sorted.length);
    for (long event : sorted) {
      out.fixed(event);
    }
  }

  static EventSet read(FactReader in) {
    long[] sorted = new long[(int) in.number()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = in.fixed();
    }
    return sorted.length == 0 ? NONE : new EventSet(sorted);
  }

  int size() {
    return sorted.length;
  }

  int count(EventType type) {
    long code = code(type);
    int n = 0;
    for (long event : sorted) {
      if ((event & TYPE_BITS) == code) {
        n++;
      }
    }
    return n;
  }

  /** The union; the same object as one of the two when that one holds the other. */
  EventSet merge(EventSet other) {
    if (other.sorted.length == 0) {
      return this;
    }
    if (sorted.length == 0) {
      return other;
    }
    return other.sorted.length == 1
        ? insert(other.sorted[0], this)
        : sorted.length == 1 ? other.insert(sorted[0], other) : union(other);
  }

  private EventSet insert(long event, EventSet unchanged) {
    int at = Arrays.binarySearch(sorted, event);
    if (at >= 0) {
      return unchanged;
    }
    int position = -at - 1;
    if (position == MOST) {
      return unchanged;
    }
    long[] grown = new long[Math.min(MOST, sorted.length + 1)];
    System.arraycopy(sorted, 0, grown, 0, position);
    grown[position] = event;
    System.arraycopy(sorted, position, grown, position + 1, grown.length - position - 1);
    return new EventSet(grown);
  }

  private EventSet union(EventSet other) {
    long[] a = sorted;
    long[] b = other.sorted;
    long[] all = new long[Math.min(MOST, a.length + b.length)];
    int n = 0;
    int i = 0;
    int j = 0;
    while (n < all.length && (i < a.length || j < b.length)) {
      if (j == b.length || (i < a.length && a[i] <= b[j])) {
        if (j < b.length && a[i] == b[j]) {
          j++;
        }
        all[n++] = a[i++];
      } else {
        all[n++] = b[j++];
      }
    }
    if (n == a.length && (n < MOST || Arrays.equals(all, a))) {
      return this;
    }
    if (n == b.length && (n < MOST || Arrays.equals(all, b))) {
      return other;
    }
    return new EventSet(n == all.length ? all : Arrays.copyOf(all, n));
  }

  /**
   * The ordinal is safe to keep: new types are added at the end only, as {@link EventType} says.
   */
  @SuppressWarnings("EnumOrdinal")
  private static long code(EventType type) {
    return type.ordinal();
  }

  /** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
  private static long mix(long x) {
    long h = x;
    h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventSet set && Arrays.equals(sorted, set.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted);
  }

  @Override
  public String toString() {
    return "EventSet" + Arrays.toString(sorted);
  }
}
