package dev.kinebeam.videohost;

import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.io.InterruptedIOException;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Videos as MP4 files, made when one is asked for; the few asked for last are kept. */
final class Originals {
  private static final int MOST = 16;
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final ReentrantLock making = new ReentrantLock();

  private final Path folder;
  private final Segments segments;

  Originals(Path folder, Segments segments) {
    this.folder = folder;
    this.segments = segments;
  }

  /** Another file is being made. */
  static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The file of a composition. One is made at a time.
   *
   * @throws BusyException when another is being made for longer than a caller can wait
   */
  StreamedBody of(UUID id, Composition composition) throws IOException {
    Path file = folder.resolve(id + ".mp4");
    try {
      return open(file);
    } catch (NoSuchFileException e) {
      make(id, composition, file);
      return open(file);
    }
  }

  private void make(UUID id, Composition composition, Path file) throws IOException {
    try {
      if (!making.tryLock(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another file is made");
    }
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        segments.write(id, composition, file);
        deleteOldest();
      }
    } finally {
      making.unlock();
    }
  }

  void delete(UUID id) throws IOException {
    Files.deleteIfExists(folder.resolve(id + ".mp4"));
  }

  private void deleteOldest() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.sorted(Comparator.comparing(Originals::used).reversed()).toList();
    }
    for (Path old : files.subList(Math.min(MOST, files.size()), files.size())) {
      Files.deleteIfExists(old);
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
}
