package dev.kinebeam.trials.bench.upsert;

import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.trials.bench.measure.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench upsert}. */
@Command(
    name = "upsert",
    mixinStandardHelpOptions = true,
    description = {
      "Session rows per second that the telemetry job's sink inserts, and then updates.",
      "The reference is one COPY of the same rows into the same table; the disk is waited for."
    })
public final class BenchUpsertCommand implements Callable<Integer> {
  @Option(
      names = "--rows",
      defaultValue = "200000",
      description = "How many rows. Default: ${DEFAULT-VALUE}")
  private int rows;

  @Option(
      names = "--batch",
      defaultValue = "1000",
      description = "Rows in one statement of the sink. Default: ${DEFAULT-VALUE}")
  private int batch;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each of the two is measured. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Console console = new Console(spec.commandLine().getOut());
    Path dir = Files.createTempDirectory("kinebeam-bench");
    StackSettings settings = StackSettings.keeping(dir).withPorts(PortChoice.FREE);
    try (LocalStack stack = LocalStack.start(settings)) {
      console.end(new UpsertBench(stack.endpoints().database(), batch, console).run(rows, rounds));
      return 0;
    } finally {
      Folders.delete(dir);
    }
  }
}
