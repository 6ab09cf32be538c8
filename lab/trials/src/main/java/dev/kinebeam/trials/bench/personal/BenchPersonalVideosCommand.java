package dev.kinebeam.trials.bench.personal;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.personal.PersonalStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench personal-videos}. */
@Command(
    name = "personal-videos",
    mixinStandardHelpOptions = true,
    description = {
      "What a worker uses while many personal videos wait at their host, how soon one is active"
          + " after the host has made it ready, and how long a patient's workout of 20 personal"
          + " videos takes over HTTP.",
      "Limits: 5 %% of a core, 100 MB of heap and no thread per video while they wait; 2 s to"
          + " active; 20 ms at p95. The references are the same patient's account over HTTP and a"
          + " SELECT that reads nothing."
    },
    footer = {"", "Exit status: 0, or 1 when a limit is missed or something fails."})
public final class BenchPersonalVideosCommand implements Callable<Integer> {
  @Option(
      names = "--videos",
      defaultValue = "1000",
      description = "How many wait, 200 to 1000. Default: ${DEFAULT-VALUE}")
  private int videos;

  @Option(
      names = "--window",
      defaultValue = "PT60S",
      description = "For how long the worker is measured. Default: ${DEFAULT-VALUE}")
  private Duration window;

  @Option(
      names = "--activations",
      defaultValue = "100",
      description = "How many become ready, at most --videos. Default: ${DEFAULT-VALUE}")
  private int activations;

  @Option(
      names = "--requests",
      defaultValue = "300",
      description = "How often the patient asks. Default: ${DEFAULT-VALUE}")
  private int requests;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    // The host lists a thousand; fewer than 200 are polled so often that their attempts end.
    require(videos >= 200 && videos <= 1_000, "--videos must be 200 to 1000");
    require(activations >= 1 && activations <= videos, "--activations must be 1 to --videos");
    require(requests >= 1, "--requests must be 1 or more");
    require(window.compareTo(Duration.ofSeconds(1)) >= 0, "--window must be PT1S or more");
    Console console = new Console(spec.commandLine().getOut());
    Path folder = Files.createTempDirectory("kinebeam-bench");
    try (PersonalStage stage =
        PersonalStage.open(folder.resolve("stack"), line -> console.step("%s", line))) {
      PersonalBench.Sizes sizes = new PersonalBench.Sizes(videos, window, activations, requests);
      PersonalLimits limits = new PersonalBench(stage, sizes, console).run(folder);
      limits.missed().forEach(limit -> console.say("MISSED: %s", limit));
      console.end(limits.verdict());
      return limits.missed().isEmpty() ? 0 : 1;
    } finally {
      Folders.delete(folder);
    }
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }
}
