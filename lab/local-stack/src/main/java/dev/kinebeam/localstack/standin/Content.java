package dev.kinebeam.localstack.standin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Bytes that can be sent, whole or a range of them. */
public interface Content extends AutoCloseable {
  long bytes();

  /** A word that no other bytes at the same address have. */
  String version();

  /** When these bytes came to be. */
  Instant modified();

  /** Sends {@code count} bytes from {@code first} on. */
  void copyTo(WritableByteChannel out, long first, long count) throws IOException;

  @Override
  void close() throws IOException;

  /** A file as it is now. */
  static Content of(Path path) throws IOException {
    FileChannel file = FileChannel.open(path);
    long size = file.size();
    Instant modified = Files.getLastModifiedTime(path).toInstant();
    return new Content() {
      @Override
      public long bytes() {
        return size;
      }

      @Override
      public String version() {
        return Long.toHexString(modified.toEpochMilli()) + "-" + Long.toHexString(size);
      }

      @Override
      public Instant modified() {
        return modified;
      }

      @Override
      public void copyTo(WritableByteChannel out, long first, long count) throws IOException {
        long sent = 0;
        while (sent < count) {
          long now = file.transferTo(first + sent, count - sent, out);
          if (now <= 0) {
            throw new IOException(path + " became shorter while it was sent");
          }
          sent += now;
        }
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
