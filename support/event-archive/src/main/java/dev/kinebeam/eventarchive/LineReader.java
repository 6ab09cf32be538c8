package dev.kinebeam.eventarchive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a gzipped text, one at a time. */
final class LineReader implements AutoCloseable {
  /** Longer than any record of Kafka can be in base64. */
  private static final int LONGEST_LINE = 64 << 20;

  private static final int BUFFER = 1 << 16;

  /** The compressed text is broken; no line after this point can be read. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int filled;

  private LineReader(InputStream in) {
    this.in = in;
  }

  static LineReader of(byte[] gzipped) throws DamagedException {
    try {
      return new LineReader(new GZIPInputStream(new ByteArrayInputStream(gzipped), BUFFER));
    } catch (IOException e) {
      throw new DamagedException(reason(e), e);
    }
  }

  /** The next line without its end; empty after the last. */
  Optional<byte[]> next() throws DamagedException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    while (true) {
      if (position == filled && !fill()) {
        if (line.size() > 0) {
          throw new DamagedException("the last line has no end", null);
        }
        return Optional.empty();
      }
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, end - position);
      if (line.size() > LONGEST_LINE) {
        throw new DamagedException("a line is longer than " + LONGEST_LINE + " bytes", null);
      }
      position = Math.min(end + 1, filled);
      if (end < filled) {
        return Optional.of(line.toByteArray());
      }
    }
  }

  private boolean fill() throws DamagedException {
    try {
      position = 0;
      filled = Math.max(0, in.read(buffer));
      return filled > 0;
    } catch (IOException e) {
      throw new DamagedException(reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    // The bytes are in memory; nothing is held open.
  }
}
