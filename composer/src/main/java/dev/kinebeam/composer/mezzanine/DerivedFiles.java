package dev.kinebeam.composer.mezzanine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Small files made from mezzanines, by a name that identifies their content. They lie in 256
 * drawers; when space is needed, the drawer that was unused for longest is deleted as a whole. A
 * file appears under its name whole. Its bytes are not forced to disk, so a reader must be able to
 * recognize an incomplete file. Many threads and processes may share the directory; two that make
 * one file make the same.
 */
public final class DerivedFiles {
  private static final int ATTEMPTS = 3;

  private final Path directory;
  private final CacheEviction room;
  private final Clock clock;

  DerivedFiles(Path directory, CacheEviction room, Clock clock) {
    this.directory = directory;
    this.room = room;
    this.clock = clock;
  }

  /** The content of a file; empty when there is none. */
  public Optional<byte[]> read(String hexName) throws IOException {
    Path file = file(hexName);
    try {
      // First, so that no other process makes room with it.
      Files.setLastModifiedTime(file.getParent(), FileTime.from(clock.instant()));
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Keeps a file; an older one of that name is replaced. */
  public void write(String hexName, byte[] content) throws IOException {
    Path made = room.makingDirectory().resolve(UUID.randomUUID().toString());
    Files.createDirectories(made.getParent());
    try {
      Files.write(made, content);
      move(made, file(hexName));
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** Another process may take the drawer away between its making and the move. */
  private static void move(Path made, Path file) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Files.createDirectories(file.getParent());
      try {
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Deletes what was unused for longest, where all is too big; it looks at every entry. */
  public void keepWithinBounds() throws IOException {
    room.keepWithinBounds();
  }

  private Path file(String hexName) {
    return directory.resolve(hexName.substring(0, 2)).resolve(hexName);
  }
}
