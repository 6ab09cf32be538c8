package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Path;

/** A primitive in a folder of this machine. */
public record LocalPrimitive(String name, Path file) implements PrimitiveSource {
  @Override
  public String sha256() throws IOException {
    return Hashes.of(file);
  }
}
