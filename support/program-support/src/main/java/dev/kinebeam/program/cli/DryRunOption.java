package dev.kinebeam.program.cli;

import picocli.CommandLine.Option;

/** The flag {@code --dry-run}. */
public final class DryRunOption {
  @Option(names = "--dry-run", description = "Change nothing; print what would be done.")
  private boolean dryRun;

  /** Whether the flag was given. */
  public boolean isWanted() {
    return dryRun;
  }
}
