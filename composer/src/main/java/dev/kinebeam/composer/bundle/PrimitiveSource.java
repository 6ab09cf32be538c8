package dev.kinebeam.composer.bundle;

import java.io.IOException;
import java.nio.file.Path;

/** One primitive's bytes, wherever they are. They are fetched only when they are asked for. */
public interface PrimitiveSource {
  /** The file's name in the bundle ({@code audio/ro/intro-vo-2.mp3}), for messages. */
  String name();

  /**
   * Hex SHA-256 of the content.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such primitive
   */
  String sha256() throws IOException;

  /** A file of this machine with the content; it is only to be read. */
  Path file() throws IOException;
}
