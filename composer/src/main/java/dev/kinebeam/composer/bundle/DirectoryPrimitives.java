package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Bundles in folders {@code ROOT/{exercise}/…}, for renders without an object store. */
public final class DirectoryPrimitives implements PrimitiveStore {
  private final Path root;

  public DirectoryPrimitives(Path root) {
    this.root = root;
  }

  @Override
  public List<StoredPrimitive> list(String exercise) throws IOException {
    Path folder = root.resolve(exercise);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<StoredPrimitive> primitives = new ArrayList<>();
    for (String name : BundleFiles.all(folder)) {
      Path file = folder.resolve(name);
      String version = Files.size(file) + "-" + Files.getLastModifiedTime(file).toMillis();
      primitives.add(new StoredPrimitive(name, version));
    }
    return primitives;
  }

  @Override
  public byte[] read(String exercise, String name) throws IOException {
    return Files.readAllBytes(root.resolve(exercise).resolve(name));
  }

  @Override
  public void download(String exercise, String name, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.copy(root.resolve(exercise).resolve(name), part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
