package dev.kinebeam.trials.bench.clinic;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.bench.clinic.ClinicFill.Filled;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.servers.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench clinic-query}. */
@Command(
    name = "clinic-query",
    mixinStandardHelpOptions = true,
    description = {
      "How long the Core API takes to answer the clinic's pages over 13 months of sessions.",
      "The reference is the limit of 200 ms at p95; and row-level security against none.",
      "The first run fills the database (some minutes, some GB); it is kept for three days."
    })
public final class BenchClinicQueryCommand implements Callable<Integer> {
  /** Pages ask about the last days: a database that is older has none. */
  private static final Duration FRESH = Duration.ofDays(3);

  @Option(
      names = "--rows",
      defaultValue = "10000000",
      description = "How many sessions. Default: ${DEFAULT-VALUE}")
  private long rows;

  @Option(
      names = "--runs",
      defaultValue = "50",
      description = "How often each question is asked. Default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(
      names = "--dir",
      description = "Where the database is kept. Default: .local/bench-clinic beside ./kinebeam")
  private Path dir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Console console = new Console(spec.commandLine().getOut());
    Path kept = dir == null ? ProjectHome.folder().resolve(".local/bench-clinic") : dir;
    StackSettings settings = StackSettings.keeping(kept).withPorts(PortChoice.FREE);
    Optional<Filled> earlier = FillMarker.in(kept).find(rows, Instant.now().minus(FRESH));
    if (earlier.isEmpty()) {
      // Whatever is there is another database, or one whose filling was cut short.
      Folders.delete(kept);
    }
    try (LocalStack stack = LocalStack.start(settings)) {
      Endpoints endpoints = stack.endpoints();
      Filled filled = earlier.isPresent() ? earlier.get() : fill(endpoints, kept, console);
      console.step("%,d sessions, %,d stalls", filled.sessions(), filled.stalls());
      try (ServerProcess coreApi = ServerProcess.coreApi(endpoints, kept, 0)) {
        console.end(new ClinicBench(endpoints, coreApi.port(), console).run(filled.until(), runs));
      }
      return 0;
    }
  }

  private Filled fill(Endpoints endpoints, Path kept, Console console) throws Exception {
    console.step("filling %,d sessions into %s", rows, kept);
    Filled filled =
        new ClinicFill(endpoints.database(), console)
            .fill(rows, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    FillMarker.in(kept).save(rows, filled);
    return filled;
  }
}
