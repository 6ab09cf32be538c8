package dev.kinebeam.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A body on its way to a caller, of which one block is in memory. */
final class AsyncStreamedResponse extends AsyncResponseWriter {
  private static final int BLOCK = 64 * 1024;

  /** A player on a slow line takes a segment of the best quality in this time. */
  private static final long LONGEST_MS = 120_000;

  /**
   * Larger files have the time that the slowest line takes beyond that, half a megabit a second.
   */
  private static final long SLOWEST_BYTES_PER_SECOND = 64 * 1024;

  private final StreamedBody body;
  private final byte[] block;
  private final long end;
  private long position;

  private AsyncStreamedResponse(
      StreamedBody body, ByteRange range, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    super(request, response, longestMs(range));
    this.body = body;
    this.position = range.first();
    this.end = range.last() + 1;
    this.block = new byte[(int) Math.min(BLOCK, range.length())];
  }

  static long longestMs(ByteRange range) {
    return LONGEST_MS + range.length() / SLOWEST_BYTES_PER_SECOND * 1000;
  }

  /** Sends a range as the whole answer, and closes the body; the head is set and not sent yet. */
  static void send(
      StreamedBody body, ByteRange range, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    new AsyncStreamedResponse(body, range, request, response).begin();
  }

  @Override
  public void onWritePossible() throws IOException {
    while (position < end && out().isReady()) {
      int wanted = (int) Math.min(block.length, end - position);
      int read = body.read(position, ByteBuffer.wrap(block, 0, wanted));
      if (read < 1) {
        throw new IOException("a file became shorter while it was sent");
      }
      position += read;
      out().write(block, 0, read);
    }
    if (position == end && out().isReady()) {
      end();
    }
  }

  @Override
  void whenOver() {
    body.close();
  }
}
