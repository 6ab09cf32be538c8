package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Videos as MP4 files, made when one is asked for and named by their content; those asked for last
 * are kept, within so many bytes.
 */
final class Originals implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(2);

  /** The index, and what is written beside the file before it is whole. */
  private static final double ROOM_FOR_ONE = 1.2;

  private final Path folder;
  private final long mostBytes;
  private final Writer writer;
  private final LongWork<String> making = new LongWork<>("file", WAIT, Ticker.systemTicker());

  /** Writes a video into a file. */
  @FunctionalInterface
  interface Writer {
    void write(UUID id, HlsRender render, Path file) throws IOException;
  }

  /**
   * Those that are there already are kept.
   *
   * @param mostBytes of all files together
   */
  Originals(Path folder, long mostBytes, Writer writer) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.writer = writer;
  }

  /** A file would not fit. */
  static final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    NoRoomException(long wanted, long room) {
      super("The file needs %d MB of %d MB.".formatted(wanted >> 20, room >> 20));
    }
  }

  /**
   * The file of a video. One is made at a time.
   *
   * @throws LongWork.BusyException when it is being made and that takes longer than a caller waits
   * @throws NoRoomException when it is larger than all files may be, or than the disk has room for
   */
  StreamedBody of(UUID id, HlsRender render) throws IOException {
    Path file = folder.resolve(render.contentName() + ".mp4");
    try {
      return open(file);
    } catch (NoSuchFileException e) {
      making.run(render.contentName(), () -> make(id, render, file));
      return open(file);
    }
  }

  private void make(UUID id, HlsRender render, Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(folder);
    long wanted = (long) (render.fileBytes() * ROOM_FOR_ONE);
    if (wanted > mostBytes) {
      throw new NoRoomException(wanted, mostBytes);
    }
    keepWithin(mostBytes - wanted);
    long free = Files.getFileStore(folder).getUsableSpace();
    if (wanted > free) {
      throw new NoRoomException(wanted, free);
    }
    writer.write(id, render, file);
  }

  /** Those asked for longest ago are deleted. */
  private void keepWithin(long bytes) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files =
          list.filter(file -> file.toString().endsWith(".mp4"))
              .sorted(Comparator.comparing(Originals::used).reversed())
              .toList();
    }
    long kept = 0;
    for (Path file : files) {
      kept += Files.size(file);
      if (kept > bytes) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime used(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StreamedBody open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    long size = channel.size();
    return new StreamedBody() {
      @Override
      public long bytes() {
        return size;
      }

      @Override
      public int read(long position, ByteBuffer target) throws IOException {
        return channel.read(target, position);
      }

      @Override
      public void close() {
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  @Override
  public void close() {
    making.close();
  }
}
