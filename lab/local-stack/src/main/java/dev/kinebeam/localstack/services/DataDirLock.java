package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two live stacks off one data directory. The operating system releases it however its holder
 * ends.
 */
final class DataDirLock implements AutoCloseable {
  private final FileChannel channel;

  private DataDirLock(FileChannel channel) {
    this.channel = channel;
  }

  static DataDirLock take(Path dataDir) throws IOException {
    // A folder that is there may serve others too and stays as open as it is; what we make in it is
    // private.
    if (!Files.isDirectory(dataDir)) {
      Folders.createPrivate(dataDir);
    }
    FileChannel channel =
        FileChannel.open(
            dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      throw new ProgramFailedException(
          "another stack is running on " + dataDir + ": stop it, or name another data directory");
    }
    return new DataDirLock(channel);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
