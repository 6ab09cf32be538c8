package dev.kinebeam.eventarchive;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag that names a folder in place of the archive's bucket. */
public final class ArchiveDirOption {
  @Option(
      names = "--archive-dir",
      paramLabel = "DIR",
      description =
          "A folder in place of the bucket that S3_ARCHIVE_BUCKET names; workers on other machines"
              + " must reach it too.")
  private Path folder;

  /** The folder; empty when the bucket of the environment is meant. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }
}
