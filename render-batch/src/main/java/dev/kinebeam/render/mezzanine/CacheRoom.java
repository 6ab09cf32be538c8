package dev.kinebeam.render.mezzanine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The space of a cache directory {@code ROOT/VERSION/ENTRY/…}: entries unused for longest go first,
 * and whole. What was used a moment ago stays even when that leaves the cache too big, because a
 * render may be about to open it.
 */
final class CacheRoom {
  private static final Duration IN_USE = Duration.ofMinutes(10);
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path root;
  private final long maxBytes;
  private final Clock clock;

  private record Entry(Path directory, Instant used, long bytes) {}

  CacheRoom(Path root, long maxBytes, Clock clock) {
    this.root = root;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /** Where entries are made, on the same file system so that they can be moved whole. */
  Path makingDirectory() {
    return root.resolve("making");
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

  private void removeAbandoned() throws IOException {
    if (!Files.isDirectory(makingDirectory())) {
      return;
    }
    List<Path> making;
    try (Stream<Path> list = Files.list(makingDirectory())) {
      making = list.toList();
    }
    for (Path directory : making) {
      if (lastUse(directory).isBefore(clock.instant().minus(ABANDONED))) {
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
    // Not a walk: entries in the making and the discarded ones come and go while it looks, and a
    // walk fails on what has gone.
    for (Path version : children(root)) {
      if (!version.equals(makingDirectory())) {
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

  /** What is in a directory; nothing when it has gone, or is a file. */
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
      return files.mapToLong(CacheRoom::size).sum();
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
