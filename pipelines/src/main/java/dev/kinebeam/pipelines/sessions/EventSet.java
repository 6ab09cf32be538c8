package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import java.util.Arrays;
import java.util.UUID;

/**
 * Which events a session has had, so that each counts once however often it arrives. Holds eight
 * bytes for an event: 57 bits of a hash of its identity, its type, and what is counted of events
 * beside their type. Immutable.
 *
 * <p>At most {@link #MOST} are kept, the least: the least of a union are the least of the leasts,
 * so the bound keeps the merge associative. A fuller session counts no further.
 *
 * <p>Some two events of a session of the greatest size share their 57 bits with a chance of one in
 * ten million; one of them would then not be counted.
 */
final class EventSet {
  static final EventSet NONE = new EventSet(new long[0]);

  /** A session of a hundred thousand events is counted exactly, and takes a megabyte at most. */
  static final int MOST = 131_072;

  /** A field of the event was corrected. */
  static final int CORRECTED = 1;

  /** The event changed the bitrate. */
  static final int NEW_BITRATE = 2;

  /** The event changed the resolution. */
  static final int NEW_RESOLUTION = 4;

  private static final long FLAGS = 0x7;
  private static final int TYPE_AT = 3;
  private static final long TYPE_BITS = 0xF << TYPE_AT;

  private final long[] sorted;

  private EventSet(long[] sorted) {
    this.sorted = sorted;
  }

  static EventSet of(MediaEvent event) {
    MediaEvent.Identity identity = event.identity();
    UUID id = identity.eventId();
    long hash = mix(identity.timestampMs() + mix(code(identity.type())));
    hash = mix(id.getMostSignificantBits() + mix(id.getLeastSignificantBits() + hash));
    return new EventSet(
        new long[] {(hash & ~(TYPE_BITS | FLAGS)) | code(identity.type()) | flags(event)});
  }

  private static long flags(MediaEvent event) {
    long flags = event.wasCorrected() ? CORRECTED : 0;
    if (event.data() instanceof EventData.QualityChange it && !"initial".equals(it.reason())) {
      flags |= isNew(it.fromBitrate(), it.toBitrate()) ? NEW_BITRATE : 0;
      flags |= isNew(it.fromResolution(), it.toResolution()) ? NEW_RESOLUTION : 0;
    }
    return flags;
  }

  private static boolean isNew(Object from, Object to) {
    return to != null && !to.equals(from);
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

  /** How many different events have this flag. */
  int countFlagged(int flag) {
    int n = 0;
    for (long event : sorted) {
      if ((event & flag) != 0) {
        n++;
      }
    }
    return n;
  }

  /**
   * The union; the same object as one of the two when that one holds the other. One event with two
   * contents has the flags of both.
   */
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
    int position = place(event);
    if (position < sorted.length && isSame(sorted[position], event)) {
      return (event & FLAGS & ~sorted[position]) == 0 ? unchanged : flagged(position, event);
    }
    if (position == MOST) {
      return unchanged;
    }
    long[] grown = new long[Math.min(MOST, sorted.length + 1)];
    System.arraycopy(sorted, 0, grown, 0, position);
    grown[position] = event;
    System.arraycopy(sorted, position, grown, position + 1, grown.length - position - 1);
    return new EventSet(grown);
  }

  /** The place of the first that is not less, whatever its flags. */
  private int place(long event) {
    int at = Arrays.binarySearch(sorted, event & ~FLAGS);
    return at >= 0 ? at : -at - 1;
  }

  private EventSet flagged(int position, long event) {
    long[] changed = sorted.clone();
    changed[position] |= event & FLAGS;
    return new EventSet(changed);
  }

  private static boolean isSame(long a, long b) {
    return (a & ~FLAGS) == (b & ~FLAGS);
  }

  private EventSet union(EventSet other) {
    long[] a = sorted;
    long[] b = other.sorted;
    long[] all = new long[Math.min(MOST, a.length + b.length)];
    int n = 0;
    int i = 0;
    int j = 0;
    while (n < all.length && (i < a.length || j < b.length)) {
      if (i < a.length && j < b.length && isSame(a[i], b[j])) {
        all[n++] = a[i++] | b[j++];
      } else if (j == b.length || (i < a.length && a[i] < b[j])) {
        all[n++] = a[i++];
      } else {
        all[n++] = b[j++];
      }
    }
    if (Arrays.equals(all, 0, n, a, 0, a.length)) {
      return this;
    }
    if (Arrays.equals(all, 0, n, b, 0, b.length)) {
      return other;
    }
    return new EventSet(n == all.length ? all : Arrays.copyOf(all, n));
  }

  /**
   * The ordinal is safe to keep: new types are added at the end only, as {@link EventType} says.
   */
  @SuppressWarnings("EnumOrdinal")
  private static long code(EventType type) {
    return (long) type.ordinal() << TYPE_AT;
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
