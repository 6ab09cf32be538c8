package dev.kinebeam.composer.bundle;

import dev.kinebeam.composer.bundle.PrimitiveStore.StoredPrimitive;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A store's primitives on this machine, for as long as they are needed: a file is downloaded when
 * it is to be normalised, and may be dropped then, because its hash is remembered and finds its
 * mezzanine without it. Thread-safe. Processes may share the hashes, and each has copies of its
 * own: one's dropping must not take the file from under another's decoder.
 */
public final class PrimitiveMirror {
  private final PrimitiveStore store;
  private final HashCache hashes;
  private final Path copies;

  /**
   * A mirror of a store.
   *
   * @param hashes folder of what is remembered; may be shared
   * @param copies folder of downloaded files; of this process alone
   */
  public PrimitiveMirror(PrimitiveStore store, Path hashes, Path copies) {
    this.store = store;
    this.hashes = new HashCache(hashes, Clock.systemUTC());
    this.copies = copies;
  }

  /**
   * An exercise's files as the store lists them now.
   *
   * @param versions of the files by their names
   */
  public record Listing(Bundle bundle, Map<String, String> versions) {}

  /**
   * Lists an exercise's bundle and reads its manifest.
   *
   * @throws BundleDirectory.NotABundle when there is none, or one with a broken manifest
   */
  public Listing list(String exercise) throws IOException {
    Map<String, String> versions =
        store.list(exercise).stream()
            .collect(Collectors.toMap(StoredPrimitive::name, StoredPrimitive::version));
    if (!versions.containsKey(BundleDirectory.MANIFEST)) {
      throw new BundleDirectory.NotABundle(
          List.of(
              new FieldError(
                  "exercise",
                  "no_manifest",
                  "the primitives of " + exercise + " have no " + BundleDirectory.MANIFEST)));
    }
    Manifest.Parsed parsed = Manifest.parse(store.read(exercise, BundleDirectory.MANIFEST));
    if (parsed instanceof Manifest.Invalid invalid) {
      throw new BundleDirectory.NotABundle(invalid.errors());
    }
    Manifest manifest = ((Manifest.Valid) parsed).manifest();
    return new Listing(Bundle.of(manifest, versions.keySet()), versions);
  }

  /** One version of one primitive; nothing is fetched yet. */
  public PrimitiveSource source(String exercise, String name, String version) {
    return new Mirrored(exercise, name, version);
  }

  /** Its SHA-256, where it is known without fetching it. */
  public Optional<String> knownHash(String exercise, String name, String version)
      throws IOException {
    return hashes.known(new Mirrored(exercise, name, version).id);
  }

  /** Deletes the downloaded copy, if there is one; its hash stays known. */
  public void drop(String exercise, String name, String version) throws IOException {
    Files.deleteIfExists(new Mirrored(exercise, name, version).copy());
  }

  private final class Mirrored implements PrimitiveSource {
    private final String exercise;
    private final String name;
    private final String id;

    Mirrored(String exercise, String name, String version) {
      this.exercise = exercise;
      this.name = name;
      this.id = Hashes.of(exercise + '\n' + name + '\n' + version);
    }

    private Path copy() {
      return copies.resolve(id);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String sha256() throws IOException {
      return hashes.of(id, () -> Hashes.of(file()));
    }

    @Override
    public Path file() throws IOException {
      Path copy = copy();
      if (!Files.exists(copy)) {
        store.download(exercise, name, copy);
      }
      return copy;
    }
  }
}
