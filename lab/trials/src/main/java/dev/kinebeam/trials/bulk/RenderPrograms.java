package dev.kinebeam.trials.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Orders for small exercises, and processes of {@code render --orders} that serve them.
 *
 * @param within how long one process may take
 */
record RenderPrograms(BulkDrillEnvironment environment, Duration within) {
  static final int HEAP_MEGABYTES = 512;

  /** Makes exercises, enters them, and writes orders of them. */
  Path orders(int exercises, int variants, int orders, Consumer<String> progress)
      throws IOException {
    SampleExercises samples =
        SampleExercises.make(
            environment.folder().resolve("bundles"),
            exercises,
            variants,
            SampleExercise.tiny(),
            progress);
    try (ObjectStore bucket = environment.bucket();
        Database database =
            Database.open(
                DatabaseSettings.fromEnvironment(environment.environment(), "kinebeam_render"))) {
      samples.upload(bucket);
      Exercises catalogue = new Exercises(database);
      samples.slugs().forEach(slug -> catalogue.addRepsBased(slug, slug));
    }
    Path file = environment.folder().resolve("orders.ndjson");
    SampleExercises.writeOrders(samples.orders(orders / exercises), file);
    return file;
  }

  Daemon start(String name, Path orders, String... options) throws IOException {
    Files.deleteIfExists(report(name));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--orders=" + orders,
                "--profile=216p",
                "--dir=" + environment.folder().resolve("render"),
                "--results=" + environment.folder().resolve(name + ".results"),
                "--report=" + report(name)));
    arguments.addAll(List.of(options));
    return Daemon.start(
        new JavaProgram(
            name,
            System.getProperty("java.class.path"),
            RenderMain.class.getName(),
            List.of("-Xmx" + HEAP_MEGABYTES + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            arguments,
            environment.environment()),
        environment.folder());
  }

  private Path report(String name) {
    return environment.folder().resolve(name + ".json");
  }

  /** Waits for the program's end; returns its report. */
  JsonNode ended(Daemon job) throws IOException, InterruptedException {
    try {
      job.process().onExit().get(within.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      job.kill();
      throw new IOException("the job does not end; " + job.lastWords(), e);
    }
    Path report = report(job.name());
    if (!Files.exists(report)) {
      throw new IOException("the job left no report; " + job.lastWords());
    }
    return Json.MAPPER.readTree(Files.readAllBytes(report));
  }

  long ready() throws SQLException {
    return environment.count("SELECT count(*) FROM exercise_renders WHERE status = 'ready'");
  }

  /** Renders on their way to the host that are still in the workers' folder. */
  long filesLeft() throws IOException {
    Path renders = environment.folder().resolve("render").resolve("renders");
    try (var files = Files.walk(renders)) {
      return files.filter(file -> file.toString().endsWith(".mp4")).count();
    }
  }
}
