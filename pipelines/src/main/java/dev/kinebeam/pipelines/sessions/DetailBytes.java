package dev.kinebeam.pipelines.sessions;

import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The entries of {@link EventDetails} in one array, in the order of the session: a wait as objects
 * takes four times the room, and a session is kept for a day after it is over. Two logs are merged
 * without reading what the entries say. Immutable.
 *
 * <p>An entry is the order of its event (28 bytes), its kind, the length of its content (two bytes)
 * and the content. Two contents of one event and kind are in the order of their bytes, so that the
 * outcome does not depend on which came first.
 */
final class DetailBytes {
  /** What an entry reports; the ordinal is kept, so new kinds are added at the end only. */
  enum Kind {
    START(EventDetails.MAX_WAITS),
    END(EventDetails.MAX_WAITS),
    ERROR(EventDetails.MAX_ERRORS);

    private final int most;

    Kind(int most) {
      this.most = most;
    }
  }

  /** Writes what an entry says. */
  interface Content {
    void write(FactWriter out);
  }

  static final DetailBytes NONE = new DetailBytes(new byte[0]);

  private static final Kind[] KINDS = Kind.values();
  private static final int KIND = 28;
  private static final int LENGTH = KIND + 1;
  private static final int HEAD = LENGTH + 2;

  private final byte[] bytes;

  private DetailBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @SuppressWarnings("EnumOrdinal") // as Kind says
  static DetailBytes of(Kind kind, EventOrder order, Content content) {
    FactWriter out = new FactWriter(96);
    content.write(out);
    byte[] said = out.toBytes();
    byte[] entry = new byte[HEAD + said.length];
    BigEndian.INT.set(entry, 0, order.seq());
    BigEndian.LONG.set(entry, 4, order.moment());
    BigEndian.LONG.set(entry, 12, order.idHigh());
    BigEndian.LONG.set(entry, 20, order.idLow());
    entry[KIND] = (byte) kind.ordinal();
    BigEndian.SHORT.set(entry, LENGTH, (short) said.length);
    System.arraycopy(said, 0, entry, HEAD, said.length);
    return new DetailBytes(entry);
  }

  /**
   * The union, of each kind the first ones; the same object as one of the two if nothing is new.
   */
  DetailBytes merge(DetailBytes other) {
    if (other.bytes.length == 0) {
      return this;
    } else if (bytes.length == 0) {
      return other;
    }
    byte[] union = union(bytes, other.bytes);
    if (Arrays.equals(union, bytes)) {
      return this;
    }
    return Arrays.equals(union, other.bytes) ? other : new DetailBytes(union);
  }

  private static byte[] union(byte[] a, byte[] b) {
    byte[] all = new byte[a.length + b.length];
    int[] kept = new int[KINDS.length];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      int side = i == a.length ? 1 : j == b.length ? -1 : compare(a, i, b, j);
      byte[] from = side <= 0 ? a : b;
      int at = side <= 0 ? i : j;
      int size = size(from, at);
      int kind = from[at + KIND];
      if (kept[kind] < KINDS[kind].most) {
        System.arraycopy(from, at, all, n, size);
        kept[kind]++;
        n += size;
      }
      i += side <= 0 ? size : 0;
      j += side >= 0 ? size(b, j) : 0;
    }
    return n == all.length ? all : Arrays.copyOf(all, n);
  }

  /** By {@link EventOrder}, then by kind, then by content. */
  private static int compare(byte[] a, int i, byte[] b, int j) {
    int order = Integer.compare(intAt(a, i), intAt(b, j));
    for (int part = 4; order == 0 && part < KIND; part += 8) {
      order = Long.compare(longAt(a, i + part), longAt(b, j + part));
    }
    return order != 0
        ? order
        : Arrays.compareUnsigned(a, i + KIND, i + size(a, i), b, j + KIND, j + size(b, j));
  }

  private static int size(byte[] bytes, int at) {
    return HEAD + ((short) BigEndian.SHORT.get(bytes, at + LENGTH) & 0xffff);
  }

  private static int intAt(byte[] bytes, int at) {
    return (int) BigEndian.INT.get(bytes, at);
  }

  private static long longAt(byte[] bytes, int at) {
    return (long) BigEndian.LONG.get(bytes, at);
  }

  @SuppressWarnings("EnumOrdinal")
  int count(Kind kind) {
    int n = 0;
    for (int at = 0; at < bytes.length; at += size(bytes, at)) {
      n += bytes[at + KIND] == kind.ordinal() ? 1 : 0;
    }
    return n;
  }

  /** Hands out each entry of a kind: where its event stands, and a reader of what it says. */
  @SuppressWarnings("EnumOrdinal")
  void forEach(Kind kind, BiConsumer<EventOrder, FactReader> reader) {
    for (int at = 0; at < bytes.length; at += size(bytes, at)) {
      if (bytes[at + KIND] == kind.ordinal()) {
        EventOrder order =
            new EventOrder(
                intAt(bytes, at),
                longAt(bytes, at + 4),
                longAt(bytes, at + 12),
                longAt(bytes, at + 20));
        reader.accept(order, new FactReader(bytes, at + HEAD));
      }
    }
  }

  void write(FactWriter out) {
    out.block(bytes);
  }

  static DetailBytes read(FactReader in) {
    byte[] bytes = in.block();
    return bytes.length == 0 ? NONE : new DetailBytes(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof DetailBytes those && Arrays.equals(bytes, those.bytes));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
