package dev.kinebeam.programs.cluster;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code cluster submit}: the jobs that a cluster can be given. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Give a job to the running cluster.",
    synopsisSubcommandLabel = "JOB",
    subcommands = {SubmitTelemetryCommand.class, SubmitRenderCommand.class})
final class ClusterSubmitCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a job: telemetry or render");
  }
}
