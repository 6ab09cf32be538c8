package dev.kinebeam.composer.compose;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file in the making beside the one that it will be. It is locked while it is written: whoever
 * finds one that is not, finds what a killed process left behind. Closed unfinished, it is deleted.
 */
final class UnfinishedFile implements AutoCloseable {
  private static final String ENDING = ".unfinished";

  /**
   * Those of this process. They must not even be opened again: closing them then would release the
   * lock.
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final Path target;
  private final FileChannel channel;

  private UnfinishedFile(Path file, Path target, FileChannel channel) {
    this.file = file;
    this.target = target;
    this.channel = channel;
  }

  /** Begins a file that is to become {@code target}. */
  static UnfinishedFile of(Path target) throws IOException {
    while (true) {
      String name = "." + target.getFileName() + "." + UUID.randomUUID() + ENDING;
      Path file = target.toAbsolutePath().resolveSibling(name);
      OURS.add(file);
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        // Between its making and this, it may have been taken for a leftover.
        if (channel.tryLock() != null && Files.exists(file)) {
          return new UnfinishedFile(file, target, channel);
        }
        channel.close();
        OURS.remove(file);
      } catch (IOException | RuntimeException e) {
        channel.close();
        Files.deleteIfExists(file);
        OURS.remove(file);
        throw e;
      }
    }
  }

  /** Deletes what killed processes left in a folder. */
  static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(folder.toAbsolutePath(), ".*" + ENDING)) {
      for (Path file : found) {
        if (!OURS.contains(file)) {
          deleteUnlessLocked(file);
        }
      }
    }
  }

  private static void deleteUnlessLocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (OverlappingFileLockException heldThroughAnotherClassLoader) {
      return;
    } catch (NoSuchFileException finishedMeanwhile) {
      return;
    }
  }

  FileChannel channel() {
    return channel;
  }

  /** Gives it its name, once it is on the disk; an older file of that name is replaced. */
  void finish() throws IOException {
    channel.force(true);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    } finally {
      OURS.remove(file);
    }
  }
}
