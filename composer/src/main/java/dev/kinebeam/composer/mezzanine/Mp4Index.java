package dev.kinebeam.composer.mezzanine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What an MP4 file's index says, read without a codec. */
public final class Mp4Index {
  private static final int MAX_MOOV_BYTES = 64 << 20;

  private Mp4Index() {}

  /** Frames of the first track, which in our files is the picture. */
  public static int frames(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return moov(channel).need("trak", "mdia", "minf", "stbl", "stsz").intAt(16);
    }
  }

  static Mp4Box moov(FileChannel file) throws IOException {
    long at = 0;
    while (at + 8 <= file.size()) {
      ByteBuffer header = read(file, at, (int) Math.min(16, file.size() - at));
      long size = Integer.toUnsignedLong(header.getInt(0));
      int type = header.getInt(4);
      if (size == 1 && header.limit() >= 16) {
        size = header.getLong(8);
      } else if (size == 0) {
        size = file.size() - at;
      }
      if (size < 8 || size > file.size() - at) {
        throw new BrokenMezzanine("its boxes do not add up");
      }
      if (type == Mp4Box.type("moov")) {
        if (size > MAX_MOOV_BYTES) {
          throw new BrokenMezzanine("its moov box has " + size + " bytes");
        }
        return new Mp4Box(read(file, at, (int) size));
      }
      at += size;
    }
    throw new BrokenMezzanine("it has no moov box");
  }

  private static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new BrokenMezzanine("it breaks off");
      }
    }
    return buffer.flip();
  }
}
