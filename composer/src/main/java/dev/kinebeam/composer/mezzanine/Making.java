package dev.kinebeam.composer.mezzanine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entries of a cache that are being made in one go, each in a folder of its own until placed. */
final class Making {
  private static final Logger LOG = LoggerFactory.getLogger(Making.class);

  /** Beside an entry's files: the processor time that it took, in milliseconds. */
  static final String COST_FILE = "cpu-millis";

  private final CacheEviction room;
  private final Map<Path, Path> directories = new LinkedHashMap<>();

  /** Begins with the entry that was asked for. */
  Making(CacheEviction room, Path entry) throws IOException {
    this.room = room;
    beside(entry);
  }

  /** The folder of the entry that was asked for. */
  Path directory() {
    return directories.values().iterator().next();
  }

  /** A folder for one more entry. */
  Path beside(Path entry) throws IOException {
    Path directory = room.newMakingDirectory();
    directories.put(entry, directory);
    return directory;
  }

  /** Moves all of them to their places. */
  void place(Duration cpu) throws IOException {
    for (Map.Entry<Path, Path> made : directories.entrySet()) {
      writeCost(made.getValue(), made.getKey(), cpu);
      place(made.getValue(), made.getKey());
    }
  }

  Set<Path> entries() {
    return directories.keySet();
  }

  /** Deletes what was not placed. */
  void delete() throws IOException {
    for (Path directory : directories.values()) {
      CacheEviction.deleteTree(directory);
    }
  }

  /** How an entry is made, and of what. */
  static String name(Path entry) {
    return entry.getParent().getFileName() + "/" + entry.getFileName();
  }

  private static void writeCost(Path making, Path entry, Duration cpu) throws IOException {
    withDiskErrors(
        making,
        entry,
        () -> Files.writeString(making.resolve(COST_FILE), Long.toString(cpu.toMillis())));
  }

  static void place(Path making, Path entry) throws IOException {
    withDiskErrors(making, entry, () -> CacheEviction.place(making, entry));
  }

  private interface Writing {
    void write() throws IOException;
  }

  /** Names the entry, the folder and its room when it cannot be written. */
  private static void withDiskErrors(Path making, Path entry, Writing writing) throws IOException {
    try {
      writing.write();
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw CacheEviction.notWritten(name(entry), making, e.toString(), 0);
    }
  }

  /**
   * Zero for entries of older versions, and for one that has just been deleted to make room. It
   * never fails, since it is read while a mezzanine is open that the caller must close.
   */
  static Duration cost(Path entry) {
    Path file = entry.resolve(COST_FILE);
    try {
      return Duration.ofMillis(Long.parseLong(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Duration.ZERO;
    } catch (IOException | NumberFormatException e) {
      LOG.warn("the cost of {} counts as 0 because {} cannot be read", entry, file, e);
      return Duration.ZERO;
    }
  }
}
