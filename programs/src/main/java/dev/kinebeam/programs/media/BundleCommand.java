package dev.kinebeam.programs.media;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bundle}: the filming primitives of one exercise, before they are rendered. */
@Command(
    name = "bundle",
    mixinStandardHelpOptions = true,
    description = "Makes a bundle out of a filming team's delivery, and checks one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BundlePrepareCommand.class, BundleCheckCommand.class})
public final class BundleCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
  }
}
