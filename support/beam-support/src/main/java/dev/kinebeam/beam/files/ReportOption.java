package dev.kinebeam.beam.files;

import dev.kinebeam.objectstore.FileAddress;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag that says where the figures of a batch are written. */
public final class ReportOption {
  @Option(
      names = "--report",
      paramLabel = "FILE|s3://…",
      description = "Takes the figures of the batch as JSON.")
  private String report;

  /** Whether the flag was given. */
  public boolean isWanted() {
    return report != null;
  }

  /**
   * Where the report is written; empty when it is not wanted.
   *
   * @param environment the {@code S3_…} settings, for an address in an object store
   * @throws IllegalArgumentException naming the flag and what is wrong with the address
   */
  public Optional<FileAddress> file(Map<String, String> environment) {
    try {
      return Optional.ofNullable(report).map(text -> FileAddress.parse(text, environment));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--report: " + e.getMessage(), e);
    }
  }
}
