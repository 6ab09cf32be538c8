package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/** Where the bundles of all exercises are; it is only read. Thread-safe. */
public interface PrimitiveStore {
  /**
   * A file of a bundle.
   *
   * @param name relative to the bundle's root
   * @param version changes whenever the content does
   */
  record StoredPrimitive(String name, String version) implements Serializable {}

  /** Every file of an exercise's bundle; empty when there is none. */
  List<StoredPrimitive> list(String exercise) throws IOException;

  /** A small file's content. */
  byte[] read(String exercise, String name) throws IOException;

  /** Copies a file; {@code target} appears whole or not at all. */
  void download(String exercise, String name, Path target) throws IOException;
}
