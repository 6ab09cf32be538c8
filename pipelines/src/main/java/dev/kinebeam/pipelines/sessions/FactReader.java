package dev.kinebeam.pipelines.sessions;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.util.VarInt;

/** Reads what a {@link FactWriter} wrote; facts of one event share its order in memory, too. */
final class FactReader {
  /** How one kind of value is read. */
  interface Form<T> {
    T read(FactReader in);
  }

  private final byte[] bytes;
  private int at;
  private EventOrder before;

  FactReader(byte[] bytes) {
    this(bytes, 0);
  }

  FactReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  /** As {@link FactWriter#writeTo} wrote it. */
  static FactReader of(InputStream stream) throws IOException {
    byte[] bytes = new byte[VarInt.decodeInt(stream)];
    int n = stream.readNBytes(bytes, 0, bytes.length);
    if (n < bytes.length) {
      throw new EOFException("a session of " + bytes.length + " bytes ends after " + n);
    }
    return new FactReader(bytes);
  }

  /** A fact that may be missing. */
  <T> Reported<T> fact(Form<T> form) {
    return flag() ? new Reported<>(place(), form.read(this)) : null;
  }

  /** Only where an event stands; null if it is missing. */
  EventOrder order() {
    return flag() ? place() : null;
  }

  private EventOrder place() {
    if (!flag()) {
      before = new EventOrder((int) number(), number(), fixed(), fixed());
    }
    return before;
  }

  <T> List<T> list(Form<T> form) {
    int size = (int) number();
    if (size == 0) {
      return List.of();
    }
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(form.read(this));
    }
    return values;
  }

  /** Null if it is missing. */
  <T> T optional(Form<T> form) {
    return flag() ? form.read(this) : null;
  }

  boolean flag() {
    return bytes[at++] != 0;
  }

  long number() {
    long raw = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[at++];
      raw |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    return (raw >>> 1) ^ -(raw & 1);
  }

  long fixed() {
    long value = (long) BigEndian.LONG.get(bytes, at);
    at += 8;
    return value;
  }

  double decimal() {
    return Double.longBitsToDouble(fixed());
  }

  UUID id() {
    return new UUID(fixed(), fixed());
  }

  String text() {
    int length = (int) number();
    at += length;
    return InternedTexts.shared(new String(bytes, at - length, length, StandardCharsets.UTF_8));
  }

  String optionalText() {
    return optional(FactReader::text);
  }

  byte[] block() {
    int length = (int) number();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }
}
