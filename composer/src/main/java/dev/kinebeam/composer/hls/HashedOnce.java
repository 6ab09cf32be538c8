package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import java.io.IOException;
import java.nio.file.Path;

/** A primitive whose content is hashed once, though every quality asks for it. Thread-safe. */
final class HashedOnce implements PrimitiveSource {
  private final PrimitiveSource source;
  private String sha256;

  private HashedOnce(PrimitiveSource source) {
    this.source = source;
  }

  static PrimitiveSource of(PrimitiveSource source) {
    return new HashedOnce(source);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public synchronized String sha256() throws IOException {
    if (sha256 == null) {
      sha256 = source.sha256();
    }
    return sha256;
  }

  @Override
  public Path file() throws IOException {
    return source.file();
  }
}
