package dev.kinebeam.program.cli;

import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags {@code --org} and {@code --patient}, which name one patient. */
public final class PatientOptions {
  @Mixin private final OrganizationOption organization = new OrganizationOption();

  @Option(
      names = "--patient",
      paramLabel = "UUID",
      converter = UuidConverter.class,
      required = true,
      description = "The patient of that organization.")
  private UUID patient;

  /** The organization's id. */
  public UUID org() {
    return organization.id();
  }

  /** The patient's id. */
  public UUID patient() {
    return patient;
  }
}
