package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.bundle.PrimitiveSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bundle in a folder of this machine. */
public final class FolderSource implements BundleSource {
  private final Path folder;
  private final String place;

  /**
   * The bundle in {@code folder}.
   *
   * @throws IOException when there is no such folder
   */
  public FolderSource(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    this.folder = folder.toRealPath();
    this.place = folder.toString();
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public String name() {
    Path name = folder.getFileName();
    return name == null ? "" : name.toString();
  }

  @Override
  public List<String> files() throws IOException {
    return List.copyOf(BundleFiles.in(folder));
  }

  @Override
  public byte[] read(String file) throws IOException {
    return Files.readAllBytes(folder.resolve(file));
  }

  @Override
  public PrimitiveSource source(String file) {
    return new LocalPrimitive(file, folder.resolve(file));
  }

  @Override
  public void release(String file) {
    // It is the bundle's own.
  }
}
