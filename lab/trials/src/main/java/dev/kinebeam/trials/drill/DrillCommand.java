package dev.kinebeam.trials.drill;

import dev.kinebeam.trials.console.DrillConsole;
import dev.kinebeam.trials.patients.Clinics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code drill}: load, a fault, the accounting. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    subcommands = {
      DrillOrderCommand.class,
      DrillBumpCommand.class,
      DrillPersonalVideosCommand.class
    },
    synopsisSubcommandLabel = "| order | bump | personal-videos",
    description = {
      "Break something while patients play, and account for every event afterwards.",
      "Each drill ends with one line of JSON: lost, doubled, mismatched, recovered_seconds.",
      "",
      "FAULT is kill-taskmanager, kill-jobmanager, kill-gateway, kafka-restart, postgres-restart,",
      "poison, rescale (parallelism 1, 2, 4, 1), partitions (four more), month (15 partitions of",
      "each table, and maintain), restore (the database is lost and restored from a base backup",
      "and the archive), or all of them one after the other. Processes are killed with SIGKILL."
    },
    footer = {
      "",
      "Runs on a stack, a gateway and a Flink cluster of its own, on free ports.",
      "Exit status: 0 when all is zero and rows were written again, 1 when not, 2 wrong usage."
    })
public final class DrillCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FAULT", arity = "0..*", description = "What is to go wrong.")
  private List<String> faults = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "30",
      paramLabel = "N",
      description = "How long the patients of each drill play (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--patients",
      defaultValue = "40",
      paramLabel = "N",
      description = "How many patients (default: ${DEFAULT-VALUE}).")
  private int patients;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      description =
          "Its folder drill is emptied at the start and used (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Override
  public Integer call() throws Exception {
    if (faults.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "name a FAULT, one of %s, all; or order".formatted(names()));
    }
    require(seconds >= 10 && seconds <= 3_600, "--seconds", seconds, "10 to 3600");
    require(patients >= 1 && patients <= 5_000, "--patients", patients, "1 to 5000");
    List<Fault> chosen = chosen();
    List<DrillOutcome> outcomes = new ArrayList<>();
    DrillConsole console = console();
    try (DrillEnvironment environment =
        DrillEnvironment.open(
            dataDir.resolve("drill"), Clinics.patients(patients), console::step)) {
      Drill drill = new Drill(environment, Duration.ofSeconds(seconds), console::step);
      for (Fault fault : chosen) {
        DrillOutcome outcome = drill.run(fault);
        outcomes.add(outcome);
        console.print(outcome.json());
      }
    }
    return outcomes.stream().allMatch(DrillOutcome::isClean) ? 0 : FAILED;
  }

  private List<Fault> chosen() {
    List<Fault> chosen = new ArrayList<>();
    for (String name : faults) {
      if (name.equals(ALL)) {
        chosen.addAll(List.of(Fault.values()));
        continue;
      }
      chosen.add(
          Arrays.stream(Fault.values())
              .filter(fault -> fault.command().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "FAULT is %s; it must be one of %s, all".formatted(name, names()))));
    }
    return chosen;
  }

  private static String names() {
    return Arrays.stream(Fault.values()).map(Fault::command).collect(Collectors.joining(", "));
  }

  private DrillConsole console() {
    return new DrillConsole(spec.commandLine().getOut());
  }

  private void require(boolean holds, String option, long value, String range) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must lie in " + range);
    }
  }
}
