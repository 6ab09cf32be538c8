package dev.kinebeam.program.config;

import java.nio.file.Path;

/** Where a command keeps its logs, caches and checkpoints unless a flag says otherwise. */
public final class DataDirectory {
  private DataDirectory() {}

  /**
   * A file or folder in the data directory, which the front door names by the system property
   * {@code kinebeam.data}; {@code .local} without it.
   */
  public static Path resolve(String name) {
    return Path.of(System.getProperty("kinebeam.data", ".local"), name);
  }
}
