package dev.kinebeam.composer.mezzanine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A box of an MP4 file (ISO/IEC 14496-12) in memory, with its 8-byte header. */
record Mp4Box(ByteBuffer bytes) {
  private static final int HEADER = 8;

  static int type(String fourcc) {
    return ByteBuffer.wrap(fourcc.getBytes(StandardCharsets.US_ASCII)).getInt();
  }

  /** The first box along {@code path}, each step inside the one before; null when there is none. */
  Mp4Box find(String... path) {
    Mp4Box box = this;
    for (String step : path) {
      box = box == null ? null : box.child(step);
    }
    return box;
  }

  /** Like {@link #find}, for what must be there. */
  Mp4Box need(String... path) throws BrokenMezzanine {
    Mp4Box box = find(path);
    if (box == null) {
      throw new BrokenMezzanine("it has no " + String.join("/", path) + " box");
    }
    return box;
  }

  private Mp4Box child(String fourcc) {
    return childAfter(HEADER, fourcc);
  }

  /** The first child of that type at or after byte {@code from} of this box. */
  Mp4Box childAfter(int from, String fourcc) {
    int wanted = type(fourcc);
    int at = from;
    while (at + HEADER <= bytes.limit()) {
      int size = bytes.getInt(at);
      if (size < HEADER || size > bytes.limit() - at) {
        return null;
      }
      if (bytes.getInt(at + 4) == wanted) {
        return new Mp4Box(bytes.slice(at, size));
      }
      at += size;
    }
    return null;
  }

  /** The 32-bit number at byte {@code offset} of the box, header included. */
  int intAt(int offset) {
    return bytes.getInt(offset);
  }

  byte[] copy() {
    byte[] copy = new byte[bytes.limit()];
    bytes.get(0, copy);
    return copy;
  }
}
