package dev.kinebeam.coreapi.input;

import dev.kinebeam.web.http.StreamedBody;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An answer that is made in a file before it is sent, so that it is never held in memory. The file
 * is deleted when the answer is over.
 */
public final class SpooledFile implements StreamedBody {
  private final FileChannel file;
  private final long bytes;

  private SpooledFile(FileChannel file, long bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** Writes the answer; the stream need not be closed. */
  public interface Content<X extends Exception> {
    void write(OutputStream out) throws X, IOException;
  }

  /**
   * What {@code content} writes, at least one byte.
   *
   * @param name begins the file's name
   */
  public static <X extends Exception> SpooledFile write(String name, Content<X> content)
      throws X, IOException {
    Path path = Files.createTempFile(name, ".spool");
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    boolean made = false;
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
      content.write(out);
      out.flush();
      SpooledFile spooled = new SpooledFile(file, file.size());
      made = true;
      return spooled;
    } finally {
      if (!made) {
        file.close();
      }
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public int read(long position, ByteBuffer target) throws IOException {
    return file.read(target, position);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
