package dev.kinebeam.web.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;

/**
 * Packs and unpacks gzip (RFC 1952) that is in memory. Unpacks member after member in a loop: the
 * JDK's stream calls itself for each empty member. Every member's checksum and length are compared,
 * and nothing may follow the last.
 */
final class Gzip {
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 0x02;
  private static final int EXTRA = 0x04;
  private static final int NAME = 0x08;
  private static final int COMMENT = 0x10;
  private static final int RESERVED = 0xe0;

  /** What is unpacked at first; doubled as the result grows. */
  private static final int PIECE = 8192;

  private final byte[] packed;
  private final int most;
  private final LimitedBody.Room room;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private int at;
  private byte[] unpacked = new byte[0];
  private int length;

  /** The bytes are not gzip; the message says where not. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private MalformedException(String message) {
      super(message);
    }
  }

  private Gzip(byte[] packed, int most, LimitedBody.Room room) {
    this.packed = packed;
    this.most = most;
    this.room = room;
  }

  /**
   * The unpacked bytes, or the first {@code limit + 1} of them when there are more.
   *
   * @param room asked before each piece is held
   * @throws MalformedException when {@code packed} is not gzip from its first to its last byte
   */
  static byte[] unpack(byte[] packed, int limit, LimitedBody.Room room)
      throws MalformedException, Problem {
    return new Gzip(packed, limit + 1, room).unpack();
  }

  /** {@code bytes} as one member, at a level of {@link java.util.zip.Deflater}. */
  static byte[] pack(byte[] bytes, int level) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (GZIPOutputStream out = new Leveled(packed, level)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static final class Leveled extends GZIPOutputStream {
    Leveled(ByteArrayOutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }

  private byte[] unpack() throws MalformedException, Problem {
    try {
      do {
        header();
        member();
      } while (length < most && at < packed.length);
      return length == unpacked.length ? unpacked : Arrays.copyOf(unpacked, length);
    } finally {
      inflater.end();
    }
  }

  private void header() throws MalformedException {
    int start = at;
    require(FIXED_HEADER);
    if (next() != 0x1f || next() != 0x8b || next() != DEFLATE) {
      throw new MalformedException("no gzip header at byte " + start);
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new MalformedException("reserved flags are set at byte " + (at - 1));
    }
    at = start + FIXED_HEADER;
    if ((flags & EXTRA) != 0) {
      require(2);
      int extra = next() | next() << 8;
      require(extra);
      at += extra;
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      requireChecksum(start);
    }
  }

  private void requireChecksum(int start) throws MalformedException {
    checksum.reset();
    checksum.update(packed, start, at - start);
    require(2);
    if ((next() | next() << 8) != (checksum.getValue() & 0xffff)) {
      throw new MalformedException("the header's checksum is wrong at byte " + (at - 2));
    }
  }

  private void skipText() throws MalformedException {
    do {
      require(1);
    } while (next() != 0);
  }

  private void member() throws MalformedException, Problem {
    int from = length;
    inflater.reset();
    inflater.setInput(packed, at, packed.length - at);
    while (!inflater.finished() && length < most) {
      if (length == unpacked.length) {
        grow();
      }
      inflate();
    }
    if (length < most || inflater.finished()) {
      at = packed.length - inflater.getRemaining();
      trailer(from);
    }
  }

  private void inflate() throws MalformedException {
    try {
      int more = inflater.inflate(unpacked, length, unpacked.length - length);
      if (more == 0 && !inflater.finished()) {
        throw new MalformedException(
            inflater.needsInput() ? "it ends too early" : "it needs a dictionary");
      }
      length += more;
    } catch (DataFormatException e) {
      throw new MalformedException(String.valueOf(e.getMessage()));
    }
  }

  private void grow() throws Problem {
    int more = Math.min(Math.max(PIECE, length), most - length);
    room.take(more);
    unpacked = Arrays.copyOf(unpacked, length + more);
  }

  private void trailer(int from) throws MalformedException {
    require(TRAILER);
    checksum.reset();
    checksum.update(unpacked, from, length - from);
    if (number() != checksum.getValue() || number() != length - from) {
      throw new MalformedException("a checksum or length is wrong at byte " + (at - TRAILER));
    }
  }

  private long number() {
    return next() | next() << 8 | next() << 16 | (long) next() << 24;
  }

  private int next() {
    return packed[at++] & 0xff;
  }

  private void require(int bytes) throws MalformedException {
    if (packed.length - at < bytes) {
      throw new MalformedException("it ends too early");
    }
  }
}
