package dev.kinebeam.program.cli;

import java.util.UUID;
import picocli.CommandLine.Option;

/** The flag {@code --org} of commands that act for one organization. */
public final class OrganizationOption {
  @Option(
      names = "--org",
      paramLabel = "UUID",
      converter = UuidConverter.class,
      required = true,
      description = "The organization.")
  private UUID org;

  /** The organization's id. */
  public UUID id() {
    return org;
  }
}
