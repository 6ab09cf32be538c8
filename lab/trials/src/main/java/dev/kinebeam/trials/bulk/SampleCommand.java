package dev.kinebeam.trials.bulk;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Counted;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sample}: drawn exercises as a filming team would deliver them. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    description = {
      "Draws sample exercises and a file of orders for them.",
      "They are bundles as a bucket has them: DIR/sample-01, DIR/sample-02, …. With --raw, one"
          + " exercise as it is handed over, for 'bundle prepare'."
    },
    footer = {
      "",
      "With --publish they go into the assets bucket and the catalogue that the environment names",
      "(S3_…, DATABASE_…; the stack writes .local/env/render.env), to be ordered from then on."
    })
public final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "Where to.")
  private Path directory;

  @Option(
      names = "--exercises",
      defaultValue = "10",
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int exercises;

  @Option(
      names = "--small",
      description = "192×108 with repetitions of a fifth of a second, instead of 1920×1080.")
  private boolean small;

  @Option(
      names = "--variants",
      defaultValue = "3",
      paramLabel = "N",
      description = "Of each slot, 1 to 3 (default: ${DEFAULT-VALUE}).")
  private int variants;

  @Option(
      names = "--orders",
      paramLabel = "FILE",
      description = "Takes orders for 'render --orders'.")
  private Path orders;

  @Option(
      names = "--recipes",
      defaultValue = "20",
      paramLabel = "N",
      description = "How many of each exercise are ordered (default: ${DEFAULT-VALUE}).")
  private int recipes;

  @Option(
      names = "--raw",
      paramLabel = "DIR",
      description = {
        "Instead of bundles, lumbar-detensioning as it is handed",
        "over: Romanian names in several spellings, the framing's",
        "voice-overs on its videos' own sound tracks."
      })
  private Path raw;

  @Option(names = "--publish", description = "Bring them into the bucket and the catalogue.")
  private boolean publish;

  @Override
  public Integer call() throws IOException {
    if ((directory == null) == (raw == null)) {
      throw new ParameterException(spec.commandLine(), "give either DIR or --raw DIR");
    }
    if (raw != null) {
      return makeRaw();
    }
    require(exercises >= 1 && exercises <= 99, "--exercises", exercises, "1 to 99");
    require(variants >= 1 && variants <= SampleExercise.VARIANTS, "--variants", variants, "1 to 3");
    require(
        recipes >= 1 && recipes <= SampleExercises.MAX_RECIPES,
        "--recipes",
        recipes,
        "1 to " + SampleExercises.MAX_RECIPES);
    SampleExercises samples =
        SampleExercises.make(directory, exercises, variants, size(), this::print);
    if (orders != null) {
      SampleExercises.writeOrders(samples.orders(recipes), orders);
      print("wrote " + Counted.of((long) exercises * recipes, "order") + " to " + orders);
    }
    if (publish) {
      publish(samples, System.getenv());
    }
    print("next: " + next(samples.slugs().get(0)));
    return 0;
  }

  private String next(String slug) {
    if (!publish) {
      return "./kinebeam bundle check "
          + directory.resolve(slug)
          + (orders == null ? "" : "; to render the orders, draw with --publish");
    }
    return "./kinebeam render " + (orders == null ? "--all-exercises" : "--orders " + orders);
  }

  private SampleExercise size() {
    return small ? SampleExercise.tiny() : SampleExercise.full();
  }

  private int makeRaw() throws IOException {
    if (publish || orders != null) {
      throw new ParameterException(
          spec.commandLine(), "--publish and --orders go with DIR, not with --raw");
    }
    size().writeRawTo(raw, (done, total) -> print("made " + done + " of " + total + " files"));
    print(
        "next: ./kinebeam bundle prepare " + raw + " --exercise lumbar-detensioning --language ro");
    return 0;
  }

  private void publish(SampleExercises samples, Map<String, String> environment)
      throws IOException {
    ObjectStoreSettings bucketSettings;
    DatabaseSettings login;
    try {
      bucketSettings = ObjectStoreSettings.fromEnvironment(environment);
      login = DatabaseSettings.fromEnvironment(environment, "kinebeam_render");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--publish: " + e.getMessage(), e);
    }
    try (ObjectStore bucket = ObjectStore.open(bucketSettings);
        Database database = Database.open(login)) {
      print("bucket " + bucket.bucket() + ": " + Counted.of(samples.upload(bucket), "object"));
      Exercises catalogue = new Exercises(database);
      samples.slugs().forEach(slug -> catalogue.addRepsBased(slug, slug));
      print("catalogue: " + Counted.of(samples.slugs().size(), "draft"));
    }
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("  " + line);
    out.flush();
  }

  private void require(boolean holds, String option, long value, String range) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must lie in " + range);
    }
  }
}
