package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.Composed;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One render in four ways by turns, its memory, many renders from cold, and HLS. */
final class ComposeBench {
  private static final double GOAL_WALL = 40;
  private static final long CACHE_BYTES = 50L << 30;

  /** A warm compose is too short for the kernel's clock: so many are measured as one. */
  private static final int WARM_REPEATS = 10;

  private final Ffmpeg ffmpeg;
  private final BenchSize size;
  private final Path folder;
  private final Console console;
  private final Path cacheDirectory;
  private final Map<String, List<ResourceUsage>> spent = new LinkedHashMap<>();
  private final Map<String, Object> figures = new LinkedHashMap<>();

  ComposeBench(Ffmpeg ffmpeg, BenchSize size, Path folder, Console console) {
    this.ffmpeg = ffmpeg;
    this.size = size;
    this.folder = folder;
    this.console = console;
    this.cacheDirectory = folder.resolve(size.name() + "-mezzanines");
  }

  static Recipe recipe(SetSpec... sets) {
    return new Recipe(SampleExercise.SLUG, SampleExercise.LANGUAGE, List.of(sets), null, false);
  }

  Verdict run(int rounds, int recipes, int orders) throws Exception {
    console.say("%s; %s", ffmpeg.version(), machine());
    Path bundleFolder = folder.resolve(size.name() + "-bundle");
    console.step("making the primitives");
    size.exercise().writeTo(bundleFolder, (what, done) -> {});
    BundleDirectory bundle = BundleDirectory.open(bundleFolder);
    Recipe recipe = recipe(new SetSpec("left", 10), new SetSpec("right", 10));
    console.step("normalising them, once");
    RenderPlan plan = compose(bundle, recipe, cache(cacheDirectory, 2)).plan();
    console.say(
        "render: %.1f s of %s, %d frames",
        plan.durationSeconds(), size.profile().label(), plan.frames());

    rounds(bundle, recipe, plan, rounds);
    memory(bundle, recipe);
    if (recipes > 0) {
      ResourceUsage perSecond = median("seed").times(1 / plan.durationSeconds());
      figures.putAll(new BulkBench(this, bundle, console).run(recipes, perSecond));
    }
    if (orders > 0) {
      figures.putAll(new HlsBench(size, bundle, cacheDirectory, console).run(orders));
    }
    return verdict();
  }

  /** A cache whose normaliser runs so many children at once. */
  MezzanineCache cache(Path directory, int children) {
    return new MezzanineCache(
        directory,
        size.profile(),
        CACHE_BYTES,
        new Normalizer(Normalizer.Limits.DEFAULT, children),
        Clock.systemUTC());
  }

  Composed compose(BundleDirectory bundle, Recipe recipe, MezzanineCache cache)
      throws IOException, RenderScript.Refused {
    Path work = Files.createTempDirectory(folder, "ours");
    try {
      return new Composer(cache).compose(bundle, recipe, work.resolve("out.mp4"), Progress.NONE);
    } finally {
      Folders.delete(work);
    }
  }

  private void rounds(BundleDirectory bundle, Recipe recipe, RenderPlan plan, int rounds)
      throws Exception {
    RenderScript script = plan.script();
    Path bundleFolder = folder.resolve(size.name() + "-bundle");
    ReencodingReference reencoding =
        new ReencodingReference(
            ffmpeg,
            bundleFolder,
            size.profile().format().width(),
            size.profile().format().height());
    CopyByFfmpeg copy = new CopyByFfmpeg(ffmpeg, name -> mezzanine(bundle, name));
    Map<String, Integer> frames =
        plan.takes().stream()
            .collect(
                Collectors.toMap(RenderPlan.Take::video, RenderPlan.Take::frames, (a, b) -> a));
    ComposeProcess process =
        new ComposeProcess(bundleFolder, cacheDirectory, size.profile().label());
    MezzanineCache warm = cache(cacheDirectory, 2);
    // The first one after a build keeps the classes for the next.
    measure("first process", 1, work -> process.run(recipe, work));
    for (int round = 1; round <= rounds; round++) {
      measure("seed", 1, work -> reencoding.render(script, work));
      measure("ffmpeg copy", 1, work -> copy.render(script, frames, work));
      measure("process", 1, work -> process.run(recipe, work));
      measure(
          "warm",
          WARM_REPEATS,
          work ->
              new Composer(warm).compose(bundle, recipe, work.resolve("out.mp4"), Progress.NONE));
      console.step(
          "round %d of %d: re-encoding every set %s, ffmpeg copying %s, ours as a process %s, ours"
              + " warm %s",
          round, rounds, last("seed"), last("ffmpeg copy"), last("process"), last("warm"));
    }
  }

  private interface Work {
    Object in(Path folder) throws Exception;
  }

  private void measure(String way, int repeats, Work work) throws Exception {
    ResourceUsage all = new ResourceUsage(0, 0);
    for (int i = 0; i < repeats; i++) {
      Path place = Files.createTempDirectory(folder, "work");
      try {
        all = all.plus(ResourceUsage.on(() -> work.in(place)));
      } finally {
        Folders.delete(place);
      }
    }
    spent.computeIfAbsent(way, key -> new ArrayList<>()).add(all.times(1.0 / repeats));
  }

  private String last(String way) {
    List<ResourceUsage> all = spent.get(way);
    ResourceUsage one = all.get(all.size() - 1);
    return String.format(Locale.ROOT, "%.2f s (CPU %.2f)", one.wall(), one.cpu());
  }

  private ResourceUsage median(String way) {
    List<ResourceUsage> all = spent.get(way);
    return new ResourceUsage(
        Samples.of(all.stream().map(ResourceUsage::wall).toList()).median(),
        Samples.of(all.stream().map(ResourceUsage::cpu).toList()).median());
  }

  private void memory(BundleDirectory bundle, Recipe recipe) throws Exception {
    Recipe longest =
        recipe(
            Collections.nCopies(Recipe.MAX_SETS, new SetSpec("left", 20)).toArray(SetSpec[]::new));
    // So that both are warm, as the rounds are.
    double seconds = compose(bundle, longest, cache(cacheDirectory, 2)).durationSeconds();
    ComposeProcess process =
        new ComposeProcess(
            folder.resolve(size.name() + "-bundle"), cacheDirectory, size.profile().label());
    Path work = Files.createTempDirectory(folder, "work");
    try {
      double few = process.run(recipe, work);
      double many = process.run(longest, work);
      console.say(
          "peak memory: %.0f MB for the render, %.0f MB for one of %d sets (%.0f s); goal 300",
          few, many, Recipe.MAX_SETS, seconds);
      figures.put("peak_mb", Math.round(few));
      figures.put("peak_mb_20_sets", Math.round(many));
    } finally {
      Folders.delete(work);
    }
  }

  private Verdict verdict() {
    ResourceUsage seed = median("seed");
    ResourceUsage copy = median("ffmpeg copy");
    ResourceUsage warm = median("warm");
    ResourceUsage process = median("process");
    double wall = seed.wall() / warm.wall();
    double cpu = seed.cpu() / warm.cpu();
    console.say(
        "in a worker that is running: %.0f× faster than re-encoding every set (goal %.0f, stretch"
            + " 150), %.0f× less CPU (goal 80); %.2f of ffmpeg's copying (goal 1.15)",
        wall, GOAL_WALL, cpu, warm.wall() / copy.wall());
    console.say(
        "as a process, start of the JVM included: %.0f× faster, %.0f× less CPU, %.2f of ffmpeg's",
        seed.wall() / process.wall(), seed.cpu() / process.cpu(), process.wall() / copy.wall());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("cpu_ratio", Verdict.rounded(cpu));
    more.put("of_ffmpeg_copy", Verdict.rounded(warm.wall() / copy.wall()));
    more.put("process_wall_ratio", Verdict.rounded(seed.wall() / process.wall()));
    more.put("process_cpu_ratio", Verdict.rounded(seed.cpu() / process.cpu()));
    more.put("process_of_ffmpeg_copy", Verdict.rounded(process.wall() / copy.wall()));
    more.putAll(figures);
    return new Verdict("compose", warm.wall(), seed.wall(), "s wall, warm", wall, GOAL_WALL, more);
  }

  /** The folder of what was made of a primitive, which the cache names by its content. */
  private Path mezzanine(BundleDirectory bundle, String name) {
    try (Stream<Path> versions = Files.list(cacheDirectory)) {
      String hash = bundle.source(name).sha256();
      return versions
          .filter(version -> madeSo(version.getFileName().toString(), name))
          .map(version -> version.resolve(hash))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("there is no mezzanine of " + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean madeSo(String version, String name) {
    return name.endsWith(".mp3")
        ? version.startsWith("voice")
        : version.contains("-" + size.profile().label() + "-");
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors() + " processors";
  }
}
