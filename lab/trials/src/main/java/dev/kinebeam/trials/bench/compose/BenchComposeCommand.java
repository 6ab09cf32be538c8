package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.trials.bench.measure.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench compose}. */
@Command(
    name = "compose",
    mixinStandardHelpOptions = true,
    description = {
      "One render of [left×10, right×10] beside re-encoding every set, in the same run.",
      "ffmpeg re-encodes, and also copies our mezzanines as a second reference. Then memory, ten"
          + " recipes from cold, and how soon a render composed as HLS can be played. Needs ffmpeg"
          + " (apt-get install ffmpeg). At full size it takes about a quarter of an hour."
    })
public final class BenchComposeCommand implements Callable<Integer> {
  @Option(
      names = "--size",
      defaultValue = "full",
      description = "full: 1080p, 3.5 s a repetition; small: 216p, half a second. Default: full")
  private String size;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each way is measured, by turns. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--recipes",
      defaultValue = "10",
      description = "How many recipes the bulk run composes; 0 for none. Default: ${DEFAULT-VALUE}")
  private int recipes;

  @Option(
      names = "--orders",
      defaultValue = "20",
      description = "How many HLS renders are ordered; 0 for none. Default: ${DEFAULT-VALUE}")
  private int orders;

  @Option(
      names = "--dir",
      description = "Keeps primitives and mezzanines for the next run. Default: a temporary folder")
  private Path dir;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchSize chosen = size();
    if (rounds < 1 || recipes < 0 || orders < 0) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be 1 or more, --recipes and --orders 0 or more");
    }
    Ffmpeg ffmpeg = Ffmpeg.find();
    Console console = new Console(spec.commandLine().getOut());
    Path folder =
        dir == null
            ? Files.createTempDirectory("kinebeam-bench")
            : Files.createDirectories(dir).toAbsolutePath();
    try {
      ComposeBench bench = new ComposeBench(ffmpeg, chosen, folder, console);
      console.end(bench.run(rounds, recipes, orders));
      return 0;
    } finally {
      if (dir == null) {
        Folders.delete(folder);
      }
    }
  }

  private BenchSize size() {
    try {
      return BenchSize.parse(size);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
