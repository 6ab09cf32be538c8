package dev.kinebeam.pipelines.sessions;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.util.VarInt;

/** Small values as bytes; a leading byte tells null from a value. */
final class Wire {
  /** How one kind of value is written. */
  interface Writer<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  /** How it is read again. */
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private Wire() {}

  static <T> void writeNullable(DataOutputStream out, T value, Writer<T> writer)
      throws IOException {
    out.writeBoolean(value != null);
    if (value != null) {
      writer.write(out, value);
    }
  }

  static <T> T readNullable(DataInputStream in, Reader<T> reader) throws IOException {
    return in.readBoolean() ? reader.read(in) : null;
  }

  static <T> void writeList(DataOutputStream out, List<T> values, Writer<T> writer)
      throws IOException {
    VarInt.encode(values.size(), out);
    for (T value : values) {
      writer.write(out, value);
    }
  }

  static <T> List<T> readList(DataInputStream in, Reader<T> reader) throws IOException {
    int size = VarInt.decodeInt(in);
    List<T> values = new ArrayList<>(Math.min(size, 1000));
    for (int i = 0; i < size; i++) {
      values.add(reader.read(in));
    }
    return values;
  }

  static void writeText(DataOutputStream out, String value) throws IOException {
    StringUtf8Coder.of().encode(value, out);
  }

  static String readText(DataInputStream in) throws IOException {
    return Words.shared(StringUtf8Coder.of().decode(in));
  }

  static void writeOptionalText(DataOutputStream out, String value) throws IOException {
    writeNullable(out, value, Wire::writeText);
  }

  static String readOptionalText(DataInputStream in) throws IOException {
    return readNullable(in, Wire::readText);
  }

  static void writeOptionalLong(DataOutputStream out, Long value) throws IOException {
    writeNullable(out, value, Wire::writeLong);
  }

  static Long readOptionalLong(DataInputStream in) throws IOException {
    return readNullable(in, Wire::readLong);
  }

  static void writeOptionalDouble(DataOutputStream out, Double value) throws IOException {
    writeNullable(out, value, DataOutputStream::writeDouble);
  }

  static Double readOptionalDouble(DataInputStream in) throws IOException {
    return readNullable(in, DataInputStream::readDouble);
  }

  /** Zig-zag, so that the small negative numbers that stand for "unknown" are short. */
  static void writeLong(DataOutputStream out, long value) throws IOException {
    VarInt.encode((value << 1) ^ (value >> 63), out);
  }

  static long readLong(DataInputStream in) throws IOException {
    long raw = VarInt.decodeLong(in);
    return (raw >>> 1) ^ -(raw & 1);
  }

  static void writeUuid(DataOutputStream out, UUID value) throws IOException {
    out.writeLong(value.getMostSignificantBits());
    out.writeLong(value.getLeastSignificantBits());
  }

  static UUID readUuid(DataInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }
}
