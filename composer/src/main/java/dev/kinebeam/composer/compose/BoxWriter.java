package dev.kinebeam.composer.compose;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds boxes of an MP4 file (ISO/IEC 14496-12), all numbers big-endian. */
public final class BoxWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A box of that type around the content. */
  public static byte[] box(String fourcc, byte[]... content) {
    BoxWriter box = new BoxWriter();
    int size = 8;
    for (byte[] part : content) {
      size += part.length;
    }
    box.int32(size).ascii(fourcc);
    for (byte[] part : content) {
      box.bytes(part);
    }
    return box.toBytes();
  }

  /** 32-bit numbers; the upper half of each is left out. */
  public static byte[] int32s(long... values) {
    BoxWriter writer = new BoxWriter();
    for (long value : values) {
      writer.int32(value);
    }
    return writer.toBytes();
  }

  public BoxWriter int8(int value) {
    out.write(value);
    return this;
  }

  public BoxWriter int16(int value) {
    return int8(value >> 8).int8(value);
  }

  public BoxWriter int32(long value) {
    return int16((int) (value >> 16)).int16((int) value);
  }

  public BoxWriter int64(long value) {
    return int32(value >> 32).int32(value);
  }

  public BoxWriter ascii(String text) {
    return bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  public BoxWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }
}
