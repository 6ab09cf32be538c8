package dev.kinebeam.programs.cluster;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code cluster}: Flink as a cluster of real processes. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description = {
      "Flink as real processes on 127.0.0.1: one JobManager and some TaskManagers.",
      "They stay when the command ends; everything they keep is in DATA-DIR/flink-cluster."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Start a stack first (./kinebeam stack, in another terminal), then:",
      "  ./kinebeam cluster start && ./kinebeam cluster submit telemetry"
    },
    subcommands = {
      ClusterStartCommand.class,
      ClusterSubmitCommand.class,
      ClusterStatusCommand.class,
      ClusterStopCommand.class,
    })
public final class ClusterCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name a command: start, submit, status or stop");
  }
}
