package dev.kinebeam.composer.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder of this process alone, below one that processes share. It is deleted when it is closed;
 * the folder of a process that died is deleted when the next one opens, since its lock is free.
 */
public final class ProcessFolder implements AutoCloseable {
  private static final String LOCK = ".lock";

  /**
   * Begins the names of this process. Its lock files must not even be opened again: closing them
   * then would release the locks.
   */
  private static final String OURS = ours();

  private final Path folder;
  private final Path lockFile;
  private final FileChannel channel;

  private ProcessFolder(Path folder, Path lockFile, FileChannel channel) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** Opens a new folder below {@code root}, and removes those whose processes have died. */
  public static ProcessFolder open(Path root) throws IOException {
    Files.createDirectories(root);
    removeAbandoned(root);
    while (true) {
      String name = OURS + UUID.randomUUID();
      Path lockFile = root.resolve(name + LOCK);
      FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try {
        // The lock ends with the channel, and the channel with the process. Between the file's
        // making and this, it may have been taken for a dead one's.
        if (channel.tryLock() != null && Files.exists(lockFile)) {
          return new ProcessFolder(Files.createDirectories(root.resolve(name)), lockFile, channel);
        }
        channel.close();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
  }

  /** {@code PID-START-}: the number alone comes again, in another container or another boot. */
  private static String ours() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + started + "-";
  }

  public Path path() {
    return folder;
  }

  private static void removeAbandoned(Path root) throws IOException {
    List<Path> locks;
    try (Stream<Path> files = Files.list(root)) {
      locks =
          files
              .filter(file -> file.getFileName().toString().endsWith(LOCK))
              .filter(file -> !file.getFileName().toString().startsWith(OURS))
              .toList();
    }
    for (Path lockFile : locks) {
      removeUnlessLocked(lockFile);
    }
  }

  /** Holds the lock meanwhile, so that no process begins in what is being deleted. */
  private static void removeUnlessLocked(Path lockFile) throws IOException {
    String name = lockFile.getFileName().toString();
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        deleteTree(lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length())));
        Files.deleteIfExists(lockFile);
      }
    } catch (NoSuchFileException removedByAnother) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      deleteTree(folder);
      Files.deleteIfExists(lockFile);
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
