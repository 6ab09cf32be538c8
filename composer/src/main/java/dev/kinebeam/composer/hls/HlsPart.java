package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * One thing that a player fetches: bytes of its own, and after them perhaps a range of a mezzanine.
 */
public final class HlsPart {
  private final byte[] head;
  private final VideoMezzanine mezzanine;
  private final long from;
  private final long length;

  private HlsPart(byte[] head, VideoMezzanine mezzanine, long from, long length) {
    this.head = head;
    this.mezzanine = mezzanine;
    this.from = from;
    this.length = length;
  }

  static HlsPart of(byte[] bytes) {
    return new HlsPart(bytes, null, 0, 0);
  }

  public static HlsPart of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Those bytes, and {@code length} of the mezzanine's packets' from {@code from} on. */
  static HlsPart of(byte[] head, VideoMezzanine mezzanine, long from, long length) {
    return new HlsPart(head, mezzanine, from, length);
  }

  public long bytes() {
    return head.length + length;
  }

  /**
   * Reads some bytes from a position on.
   *
   * @return how many, 1 or more where there are any
   */
  public int read(long position, ByteBuffer target) throws IOException {
    if (position < head.length) {
      int count = Math.min(target.remaining(), head.length - (int) position);
      target.put(head, (int) position, count);
      return count;
    }
    long left = bytes() - position;
    if (target.remaining() > left) {
      target.limit(target.position() + (int) left);
    }
    return mezzanine.read(from + position - head.length, target);
  }

  /** Sends {@code count} bytes from {@code first} on. */
  public void copyTo(WritableByteChannel out, long first, long count) throws IOException {
    long end = first + count;
    if (first < 0 || count < 0 || end > bytes()) {
      throw new IllegalArgumentException(first + " to " + end + " is not within " + bytes());
    }
    if (first < head.length) {
      int some = (int) (Math.min(end, head.length) - first);
      ByteBuffer own = ByteBuffer.wrap(head, (int) first, some);
      while (own.hasRemaining()) {
        out.write(own);
      }
    }
    if (end > head.length) {
      long begin = Math.max(0, first - head.length);
      mezzanine.copyTo(out, from + begin, end - head.length - begin);
    }
  }
}
