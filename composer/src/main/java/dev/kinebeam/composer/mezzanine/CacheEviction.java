package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.lock.ProcessFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The space of a cache directory {@code ROOT/VERSION/ENTRY/…}: entries unused for longest go first,
 * and whole. What was used a moment ago stays even when that leaves the cache too big, because a
 * render may be about to open it.
 */
final class CacheEviction {
  private static final Duration IN_USE = Duration.ofMinutes(10);
  private static final Duration ABANDONED = Duration.ofDays(1);

  /** Of this process, by where the entries of a cache are made; open as long as it lives. */
  private static final Map<Path, ProcessFolder> MAKING = new HashMap<>();

  private static final String LOCK = ".lock";

  private final Path root;
  private final long maxBytes;
  private final Clock clock;

  private record Entry(Path directory, Instant used, long bytes) {}

  CacheEviction(Path root, long maxBytes, Clock clock) {
    this.root = root;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /**
   * Where this process makes entries, on the same file system so that they can be moved whole. What
   * processes that died have left in theirs is deleted before this first returns.
   */
  Path makingDirectory() throws IOException {
    Path making = making();
    synchronized (MAKING) {
      ProcessFolder ours = MAKING.get(making);
      // A user may have emptied the cache meanwhile.
      if (ours == null || !Files.isDirectory(ours.path())) {
        ours = ProcessFolder.open(making);
        MAKING.put(making, ours);
      }
      return ours.path();
    }
  }

  /** A new folder for one entry. */
  Path newMakingDirectory() throws IOException {
    return Files.createDirectories(makingDirectory().resolve(UUID.randomUUID().toString()));
  }

  private Path making() {
    return root.toAbsolutePath().normalize().resolve("making");
  }

  /**
   * What to say when this machine could not keep what it made.
   *
   * @param name of what was made
   * @param bytesNeeded at most; 0 when it is unknown
   */
  static IOException notWritten(String name, Path directory, String reason, long bytesNeeded)
      throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    String needed =
        bytesNeeded == 0 ? "" : "; it needs up to " + megabytes(bytesNeeded) + " MB there";
    return new IOException(
        name
            + " was not normalised: "
            + reason
            + " in "
            + directory
            + ", where "
            + (free >> 20)
            + " MB are free"
            + needed);
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  void keepWithinBounds() throws IOException {
    removeAbandoned();
    List<Entry> entries = entries();
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    entries.sort(Comparator.comparing(Entry::used));
    for (Entry entry : entries) {
      if (bytes <= maxBytes || entry.used().isAfter(clock.instant().minus(IN_USE))) {
        return;
      }
      discard(entry.directory());
      bytes -= entry.bytes();
    }
  }

  /** Takes an entry out of sight at once, then deletes it. */
  void discard(Path entry) throws IOException {
    Path grave = makingDirectory().resolve(UUID.randomUUID().toString());
    Files.createDirectories(grave.getParent());
    try {
      Files.move(entry, grave, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return; // another process was faster
    }
    deleteTree(grave);
  }

  /** Completes what was made by its index, and gives it its place once it is on the disk. */
  static void place(Path making, Path entry) throws IOException {
    Files.write(making.resolve(EntryIndex.FILE), EntryIndex.of(making).json());
    force(making);
    Files.createDirectories(entry.getParent());
    moveWhole(making, entry);
    forceFolder(entry.getParent());
  }

  /** The bytes before the name: else a machine that loses power may keep a whole entry of none. */
  private static void force(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(directory)) {
      files = list.toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    forceFolder(directory);
  }

  /** The names in it. */
  private static void forceFolder(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Moves a finished directory to its place; an equal one that is already there is kept. */
  static void moveWhole(Path made, Path place) throws IOException {
    try {
      Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(place)) {
        throw e;
      }
    }
  }

  static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = new ArrayList<>(walk.toList());
    }
    paths.sort(Comparator.reverseOrder());
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  /** Folders without a lock that names their owner, as older versions made them. */
  private void removeAbandoned() throws IOException {
    for (Path directory : children(making())) {
      String name = directory.getFileName().toString();
      boolean locked = name.endsWith(LOCK) || Files.exists(making().resolve(name + LOCK));
      if (!locked && lastUse(directory).isBefore(clock.instant().minus(ABANDONED))) {
        deleteTree(directory);
      }
    }
  }

  private List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return entries;
    }
    List<Path> directories = new ArrayList<>();
    // Not a walk: unfinished and discarded entries come and go meanwhile, and a walk fails on what
    // has been deleted.
    for (Path version : children(root)) {
      if (!version.getFileName().equals(making().getFileName())) {
        directories.addAll(children(version));
      }
    }
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        entries.add(new Entry(directory, lastUse(directory), bytes(directory)));
      }
    }
    return entries;
  }

  /** What is in a directory; nothing when it is missing, or is a file. */
  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.toList();
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return List.of();
    }
  }

  private static Instant lastUse(Path directory) throws IOException {
    try {
      return Files.getLastModifiedTime(directory).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.MAX; // deleted meanwhile: nothing to do for it
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(CacheEviction::size).sum();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
