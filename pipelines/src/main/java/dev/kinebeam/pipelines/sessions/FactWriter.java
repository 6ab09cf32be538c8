package dev.kinebeam.pipelines.sessions;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.util.VarInt;

/**
 * Writes what events reported as bytes, in memory: a stream that is asked for each byte takes
 * longer than all the rest. One event often reports several facts, and its order is most of what
 * each of them weighs, so an order is written once for facts that follow each other.
 */
final class FactWriter {
  /** How one kind of value is written. */
  interface Form<T> {
    void write(FactWriter out, T value);
  }

  private byte[] bytes;
  private int size;
  private EventOrder before;

  FactWriter(int expectedSize) {
    bytes = new byte[expectedSize];
  }

  /** What was written. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Length first, so that a reader takes it at once. */
  void writeTo(OutputStream stream) throws IOException {
    VarInt.encode(size, stream);
    stream.write(bytes, 0, size);
  }

  /** A fact that may be missing. */
  <T> void fact(Reported<T> fact, Form<T> form) {
    flag(fact != null);
    if (fact != null) {
      place(fact.order());
      form.write(this, fact.value());
    }
  }

  /** Only where an event stands; it may be missing. */
  void order(EventOrder order) {
    flag(order != null);
    if (order != null) {
      place(order);
    }
  }

  private void place(EventOrder order) {
    boolean same = order.equals(before);
    flag(same);
    if (!same) {
      number(order.seq());
      number(order.moment());
      fixed(order.idHigh());
      fixed(order.idLow());
      before = order;
    }
  }

  <T> void list(List<T> values, Form<T> form) {
    number(values.size());
    for (T value : values) {
      form.write(this, value);
    }
  }

  <T> void optional(T value, Form<T> form) {
    flag(value != null);
    if (value != null) {
      form.write(this, value);
    }
  }

  void flag(boolean value) {
    room(1);
    bytes[size++] = (byte) (value ? 1 : 0);
  }

  /** Short for small numbers; zig-zag, since those that stand for "unknown" are negative. */
  void number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Eight bytes. */
  void fixed(long value) {
    room(8);
    BigEndian.LONG.set(bytes, size, value);
    size += 8;
  }

  void decimal(double value) {
    fixed(Double.doubleToLongBits(value));
  }

  void id(UUID value) {
    fixed(value.getMostSignificantBits());
    fixed(value.getLeastSignificantBits());
  }

  void text(String value) {
    block(value.getBytes(StandardCharsets.UTF_8));
  }

  void optionalText(String value) {
    optional(value, FactWriter::text);
  }

  /** Bytes with their length. */
  void block(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
