package dev.kinebeam.web.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes of an answer that are read when the caller takes them, whole or a range of them, so that
 * they need not be in memory. Closed once, when the answer is over.
 */
public interface StreamedBody extends AutoCloseable {
  long bytes();

  /**
   * Reads into a buffer from a position on, at least one byte.
   *
   * @return how many
   */
  int read(long position, ByteBuffer target) throws IOException;

  @Override
  void close();
}
