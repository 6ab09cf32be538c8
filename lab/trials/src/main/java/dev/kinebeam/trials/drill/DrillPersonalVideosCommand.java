package dev.kinebeam.trials.drill;

import dev.kinebeam.trials.console.DrillConsole;
import dev.kinebeam.trials.personal.PersonalVideosDrill;
import dev.kinebeam.trials.personal.PersonalVideosOutcome;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drill personal-videos}: uploads of therapists, a host that fails, the account. */
@Command(
    name = "personal-videos",
    mixinStandardHelpOptions = true,
    description = {
      "Process 200 personal videos while everything fails.",
      "The video host refuses 30 %% of its calls and loses answers; the worker is killed",
      "with SIGKILL again and again; uploads are completed twice, and webhooks come early,",
      "twice and for other videos. Some are too long, some are not videos, some are",
      "replaced after they were completed, and some therapists lose their patient.",
      "",
      "The last line is one of JSON: stuck, doubly_active, orphan_assets, orphan_originals,",
      "lost_originals and surprises are 0, and completed is 90 %% of good or more."
    },
    footer = {
      "",
      "Runs on a stack, a video host and a worker of its own, on free ports.",
      "Exit status: 0 when all of this holds, 1 when not, 2 wrong usage."
    })
public final class DrillPersonalVideosCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--videos",
      defaultValue = "200",
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int videos;

  @Option(
      names = "--kills",
      defaultValue = "4",
      paramLabel = "N",
      description = "How often the worker is killed (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--data-dir",
      defaultValue = "${sys:kinebeam.data:-.local}",
      paramLabel = "DIR",
      description =
          "Its folder drill-personal-videos is emptied at the start and used (default:"
              + " ${DEFAULT-VALUE}).")
  private Path dataDir;

  @Override
  public Integer call() throws Exception {
    require(videos >= 20 && videos <= 5_000, "--videos", videos, "20 to 5000");
    require(kills >= 0 && kills <= 20, "--kills", kills, "0 to 20");
    DrillConsole console = new DrillConsole(spec.commandLine().getOut());
    try (PersonalVideosDrill drill =
        PersonalVideosDrill.open(dataDir.resolve("drill-personal-videos"), console::step)) {
      PersonalVideosOutcome outcome = drill.run(videos, kills);
      console.print(outcome.json());
      return outcome.isClean() ? 0 : FAILED;
    }
  }

  private void require(boolean holds, String option, long value, String range) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must lie in " + range);
    }
  }
}
