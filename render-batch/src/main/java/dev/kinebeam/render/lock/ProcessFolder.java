package dev.kinebeam.render.lock;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder of this process alone, below one that processes share. It goes when it is closed; that
 * of a process which died goes when the next one opens, because a lock tells that nobody is in it.
 */
public final class ProcessFolder implements AutoCloseable {
  private static final String LOCK = ".lock";

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
    String name = UUID.randomUUID().toString();
    Path lockFile = root.resolve(name + LOCK);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      // The lock ends with the channel, and the channel with the process.
      if (channel.tryLock() == null) {
        throw new IOException("the lock of a new file is held: " + lockFile);
      }
      return new ProcessFolder(Files.createDirectories(root.resolve(name)), lockFile, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  public Path path() {
    return folder;
  }

  private static void removeAbandoned(Path root) throws IOException {
    List<Path> locks;
    try (Stream<Path> files = Files.list(root)) {
      locks = files.filter(file -> file.toString().endsWith(LOCK)).toList();
    }
    for (Path lockFile : locks) {
      if (isAbandoned(lockFile)) {
        String name = lockFile.getFileName().toString();
        deleteTree(root.resolve(name.substring(0, name.length() - LOCK.length())));
        Files.deleteIfExists(lockFile);
      }
    }
  }

  private static boolean isAbandoned(Path lockFile) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException heldInThisJvm) {
      return false;
    } catch (NoSuchFileException removedByAnother) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    deleteTree(folder);
    Files.deleteIfExists(lockFile);
    channel.close();
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
