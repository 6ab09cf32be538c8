package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes of primitives in a folder, one small file each, so that a later process need not read the
 * primitives again. Processes and threads may share the folder.
 */
public final class HashCache {
  private static final Logger LOG = LoggerFactory.getLogger(HashCache.class);

  private final Path folder;
  private final Clock clock;

  public HashCache(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * The same primitive, whose hash is known again as long as its file has the same name, size,
   * inode and times. One that changed in the last two seconds is hashed and not remembered: one
   * more change might not show.
   */
  public PrimitiveSource remembering(PrimitiveSource source) {
    return new Remembered(source);
  }

  /** What is kept under a key. */
  Optional<String> known(String key) throws IOException {
    Path known = folder.resolve(key);
    String kept = Files.exists(known) ? Files.readString(known) : "";
    // A machine that lost power may have kept the name without the content.
    return kept.length() == Hashes.LENGTH ? Optional.of(kept) : Optional.empty();
  }

  /** What is kept under a key, or else what {@code hashing} says, which is kept then. */
  String of(String key, Hashing hashing) throws IOException {
    Optional<String> known = known(key);
    if (known.isPresent()) {
      return known.get();
    }
    String hash = hashing.hash();
    try {
      keep(folder.resolve(key), hash);
    } catch (IOException e) {
      // It costs the next process the reading, and nothing else.
      LOG.warn("the hash of a primitive is not remembered: {}", e.toString());
    }
    return hash;
  }

  private void keep(Path known, String hash) throws IOException {
    Files.createDirectories(folder);
    Path part = known.resolveSibling(known.getFileName() + "." + UUID.randomUUID());
    try {
      Files.writeString(part, hash);
      Files.move(part, known, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Reads a primitive through. */
  @FunctionalInterface
  interface Hashing {
    String hash() throws IOException;
  }

  private final class Remembered implements PrimitiveSource {
    private final PrimitiveSource source;

    Remembered(PrimitiveSource source) {
      this.source = source;
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public String sha256() throws IOException {
      FileState state = FileState.of(source.file());
      return state.isSettled(clock.instant())
          ? of(Hashes.of(state.toString()), source::sha256)
          : source.sha256();
    }

    @Override
    public Path file() throws IOException {
      return source.file();
    }
  }
}
