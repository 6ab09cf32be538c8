package dev.kinebeam.worker.rights;

import dev.kinebeam.eventarchive.ArchiveStore;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flag of a deployment without an archive; without the flag, the environment names one. */
public final class NoArchiveOption {
  @Option(names = "--no-archive", description = "This deployment has no archive.")
  private boolean absent;

  /** Whether the flag was given. */
  public boolean isAbsent() {
    return absent;
  }

  /**
   * The archive that the {@code S3_…} settings name.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong, and the flag
   */
  public static ArchiveStore open(Map<String, String> environment) {
    try {
      return ArchiveStore.fromEnvironment(environment);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; or give --no-archive if there has never been one", e);
    }
  }
}
