package dev.kinebeam.localstack.videohost;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Bytes that can be sent, whole or a range of them. */
interface Content extends AutoCloseable {
  long bytes();

  /** Sends {@code count} bytes from {@code first} on. */
  void copyTo(WritableByteChannel out, long first, long count) throws IOException;

  @Override
  void close() throws IOException;

  /** A file as it is now. */
  static Content of(Path path) throws IOException {
    FileChannel file = FileChannel.open(path);
    long size = file.size();
    return new Content() {
      @Override
      public long bytes() {
        return size;
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
