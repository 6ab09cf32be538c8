package dev.kinebeam.trials.drill;

import dev.kinebeam.trials.console.DrillConsole;
import dev.kinebeam.trials.orders.BumpDrill;
import dev.kinebeam.trials.orders.BumpOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drill bump}: two new asset versions of an exercise that is played, the account. */
@Command(
    name = "bump",
    mixinStandardHelpOptions = true,
    description = {
      "Raise the asset version of an exercise twice while its videos are played.",
      "They are its preview and two renders. Worker, render job, Core API and host are",
      "killed with SIGKILL between the steps. What patients are shown is read every 50 ms,",
      "from the table and from their list.",
      "",
      "The last line is one of JSON: missing_previews, interrupted_plays,",
      "superseded_left, stuck, strays and surprises are to be 0."
    },
    footer = {
      "",
      "Runs on a stack, servers and a render job of its own, on free ports.",
      "Exit status: 0 when all of these are 0, 1 when not, 2 wrong usage."
    })
public final class DrillBumpCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--grace",
      defaultValue = "15",
      paramLabel = "SECONDS",
      description =
          "How long superseded videos that nothing uses stay (default: ${DEFAULT-VALUE}).")
  private int grace;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      description =
          "Its folder drill-bump is emptied at the start and used (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Override
  public Integer call() throws Exception {
    if (grace < 5 || grace > 300) {
      throw new ParameterException(
          spec.commandLine(), "--grace is " + grace + "; it must lie in 5 to 300");
    }
    DrillConsole console = new DrillConsole(spec.commandLine().getOut());
    try (BumpDrill drill =
        BumpDrill.open(dataDir.resolve("drill-bump"), Duration.ofSeconds(grace), console::step)) {
      BumpOutcome outcome = drill.run();
      console.print(outcome.json());
      return outcome.isClean() ? 0 : FAILED;
    }
  }
}
