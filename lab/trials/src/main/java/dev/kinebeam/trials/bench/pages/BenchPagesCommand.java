package dev.kinebeam.trials.bench.pages;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Verdict;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.pages.PagesStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench pages}. */
@Command(
    name = "pages",
    mixinStandardHelpOptions = true,
    description = {
      "How heavy, how soon of use and how steady the pages are, in Chromium.",
      "Limits: 200 kB for the first view without player and charts; of use within 1 s, and within"
          + " 3 s with Chromium's Fast 3G and a processor slowed down fourfold; layout shift 0.01;"
          + " a heap that does not grow over 1,000 live updates. The exit code is 1 when one is"
          + " missed."
    })
public final class BenchPagesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Console console = new Console(spec.commandLine().getOut());
    Path folder = Files.createTempDirectory("bench-pages");
    try (PagesStage stage = PagesStage.start(folder, line -> console.step("%s", line));
        Chromium chromium = Chromium.start()) {
      PagesBench bench = new PagesBench(stage, chromium, console);
      Verdict verdict = bench.run();
      console.end(verdict);
      return bench.holds() ? 0 : 1;
    } finally {
      Folders.delete(folder);
    }
  }
}
