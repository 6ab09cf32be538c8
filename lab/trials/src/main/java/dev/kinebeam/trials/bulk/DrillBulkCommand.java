package dev.kinebeam.trials.bulk;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.console.DrillConsole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drill-bulk}: bulk renders and imports, broken off and repeated, with an accounting. */
@Command(
    name = "drill-bulk",
    mixinStandardHelpOptions = true,
    description = {
      "Break a bulk render off and start it again, or import a table twice, and account for it.",
      "Each ends with one line of JSON. Exit status: 0 when the account is clean, 1 when not."
    },
    synopsisSubcommandLabel = "render|import",
    footer = {"", "Runs on a stack of its own, on free ports, and keeps nothing of the last run."})
public final class DrillBulkCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Its folder drill-bulk is used (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a drill: render or import");
  }

  /** Kills a render job with SIGKILL in its middle and starts two, or tries a hostile host. */
  @Command(
      name = "render",
      description = "Kill 'render --orders' with -9 in its middle, start two of it again.")
  int render(
      @Option(
              names = "--exercises",
              defaultValue = "10",
              paramLabel = "N",
              description = "Small ones (default: ${DEFAULT-VALUE}).")
          int exercises,
      @Option(
              names = "--orders",
              defaultValue = "200",
              paramLabel = "N",
              description = "Of all of them together (default: ${DEFAULT-VALUE}).")
          int orders,
      @Option(
              names = "--hostile-host",
              description = {
                "Do not kill: let the video host never finish, lose, lie,",
                "answer without end and with other JSON than its API's."
              })
          boolean hostileHost)
      throws Exception {
    require(exercises >= 1 && exercises <= 99, "--exercises", exercises, "1 to 99");
    require(
        orders >= 3 * exercises && orders <= exercises * SampleExercises.MAX_RECIPES,
        "--orders",
        orders,
        3 * exercises + " to " + exercises * SampleExercises.MAX_RECIPES);
    DrillConsole console = console();
    try (BulkDrillEnvironment environment =
        BulkDrillEnvironment.open(dataDir.resolve("drill-bulk"), console::step)) {
      if (hostileHost) {
        HostileHostDrill.Outcome outcome =
            new HostileHostDrill(environment, Duration.ofMinutes(30), console::step)
                .run(exercises, 3, orders);
        console.print(new String(Json.bytes(outcome), StandardCharsets.UTF_8));
        return outcome.isClean() ? 0 : 1;
      }
      RenderKillDrill.Outcome outcome =
          new RenderKillDrill(environment, Duration.ofMinutes(30), console::step)
              .run(exercises, 3, orders);
      console.print(new String(Json.bytes(outcome), StandardCharsets.UTF_8));
      return outcome.isClean() ? 0 : 1;
    }
  }

  /** Imports one table twice. */
  @Command(name = "import", description = "Import a table of files, addresses and ids twice.")
  int importTwice(
      @Option(
              names = "--rows",
              defaultValue = "300",
              paramLabel = "N",
              description = "Of the table (default: ${DEFAULT-VALUE}).")
          int rows)
      throws Exception {
    require(rows >= 1 && rows <= 999, "--rows", rows, "1 to 999");
    DrillConsole console = console();
    try (BulkDrillEnvironment environment =
        BulkDrillEnvironment.open(dataDir.resolve("drill-bulk"), console::step)) {
      ImportTwiceDrill.Outcome outcome = new ImportTwiceDrill(environment, console::step).run(rows);
      console.print(new String(Json.bytes(outcome), StandardCharsets.UTF_8));
      return outcome.isClean() ? 0 : 1;
    }
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
