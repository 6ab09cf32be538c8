package dev.kinebeam.trials.cli;

import dev.kinebeam.trials.bench.BenchTelemetryCommand;
import dev.kinebeam.trials.bench.catalogue.BenchCatalogueCommand;
import dev.kinebeam.trials.bench.clinic.BenchClinicQueryCommand;
import dev.kinebeam.trials.bench.compose.BenchComposeCommand;
import dev.kinebeam.trials.bench.gateway.BenchGatewayCommand;
import dev.kinebeam.trials.bench.order.BenchOrderCommand;
import dev.kinebeam.trials.bench.pages.BenchPagesCommand;
import dev.kinebeam.trials.bench.personal.BenchPersonalVideosCommand;
import dev.kinebeam.trials.bench.upsert.BenchUpsertCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Measurements, each beside its reference in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measure one thing beside its reference in the same run.",
      "The last line is JSON: bench, ours, reference, unit, ratio, goal."
    },
    synopsisSubcommandLabel = "NAME",
    subcommands = {
      BenchTelemetryCommand.class,
      BenchGatewayCommand.class,
      BenchUpsertCommand.class,
      BenchClinicQueryCommand.class,
      BenchComposeCommand.class,
      BenchOrderCommand.class,
      BenchCatalogueCommand.class,
      BenchPagesCommand.class,
      BenchPersonalVideosCommand.class
    })
public final class BenchCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "name a bench");
  }
}
