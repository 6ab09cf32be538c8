package dev.kinebeam.eventarchive;

import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.program.observability.Dependencies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The archive as files under one folder, each appearing whole or not at all. */
final class FolderArchive implements ArchiveStore {
  private static final String PART = ".part";

  private final Path folder;

  FolderArchive(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public List<StoredObject> list(String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<StoredObject> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String key = folder.relativize(file).toString().replace('\\', '/');
        if (key.startsWith(prefix) && !key.endsWith(PART)) {
          String version = Files.getLastModifiedTime(file).toString();
          found.add(new StoredObject(key, Files.size(file), version));
        }
      }
    }
    found.sort(Comparator.comparing(StoredObject::key));
    return found;
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(file(key)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    Path part = part(key);
    Files.write(part, content);
    Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void put(String key, Path content) throws IOException {
    Path part = part(key);
    Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
    Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  @Override
  public Dependencies.Watch watch(Dependencies dependencies, String waiting) {
    return () -> {};
  }

  @Override
  public void close() {}

  private Path part(String key) throws IOException {
    Path file = file(key);
    Files.createDirectories(file.getParent());
    return file.resolveSibling(file.getFileName() + PART);
  }

  private Path file(String key) {
    Path file = folder.resolve(key).normalize();
    if (!file.startsWith(folder)) {
      throw new IllegalArgumentException("key " + key + " leads out of " + folder);
    }
    return file;
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
