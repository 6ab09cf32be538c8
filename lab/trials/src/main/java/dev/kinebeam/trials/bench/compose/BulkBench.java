package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several recipes of one exercise, from an empty cache, by one worker and by two. */
final class BulkBench {
  private static final double GOAL_CPU = 8;
  private static final double GOAL_WORKERS = 1.8;
  private static final int[] REPS = {5, 10, 15, 20};

  private final ComposeBench bench;
  private final BundleDirectory bundle;
  private final Console console;

  BulkBench(ComposeBench bench, BundleDirectory bundle, Console console) {
    this.bench = bench;
    this.bundle = bundle;
    this.console = console;
  }

  /**
   * Measures both.
   *
   * @param reencoding what re-encoding every set takes for one second of render, as the rounds
   *     measured it
   */
  Map<String, Object> run(int count, ResourceUsage reencoding) throws Exception {
    List<Recipe> recipes = recipes(count);
    console.step("%d recipes from cold, one worker", count);
    double[] seconds = new double[1];
    ResourceUsage one = fromCold(recipes, 1, seconds);
    console.step("the same, two workers");
    ResourceUsage two = fromCold(recipes, 2, seconds);
    double cpuRatio = reencoding.cpu() * seconds[0] / one.cpu();
    double workers = one.wall() / two.wall();
    console.say(
        "%d recipes (%.0f s) from cold: CPU %.0f s, %.1f× less than re-encoding every set by its"
            + " CPU per second of render (goal %.0f)",
        count, seconds[0], one.cpu(), cpuRatio, GOAL_CPU);
    console.say(
        "two workers: %.1f s against %.1f s, %.2f× (goal %.1f)",
        two.wall(), one.wall(), workers, GOAL_WORKERS);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("bulk_recipes", count);
    figures.put("bulk_cpu_ratio", Verdict.rounded(cpuRatio));
    figures.put("two_workers", Verdict.rounded(workers));
    return figures;
  }

  /** Two, four and six sets by turns, both sides, with every number of repetitions. */
  private static List<Recipe> recipes(int count) {
    List<Recipe> recipes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<SetSpec> sets = new ArrayList<>();
      for (int set = 0; set < 2 + 2 * (i % 3); set++) {
        sets.add(new SetSpec(set % 2 == 0 ? "left" : "right", REPS[(i + set) % REPS.length]));
      }
      recipes.add(ComposeBench.recipe(sets.toArray(SetSpec[]::new)));
    }
    return recipes;
  }

  /** Fills in how many seconds of render they come to. */
  private ResourceUsage fromCold(List<Recipe> recipes, int workers, double[] seconds)
      throws Exception {
    Path directory = Files.createTempDirectory("kinebeam-bench-bulk");
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      MezzanineCache cache = bench.cache(directory, workers);
      return ResourceUsage.on(
          () -> {
            List<Callable<Double>> tasks = new ArrayList<>();
            for (Recipe recipe : recipes) {
              tasks.add(() -> bench.compose(bundle, recipe, cache).durationSeconds());
            }
            seconds[0] = 0;
            for (Future<Double> done : threads.invokeAll(tasks)) {
              seconds[0] += done.get();
            }
            return null;
          });
    } finally {
      threads.shutdownNow();
      Folders.delete(directory);
    }
  }
}
