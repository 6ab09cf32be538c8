package dev.kinebeam.localstack.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.store.ObjectStore;
import dev.kinebeam.localstack.services.Daemon;
import dev.kinebeam.localstack.services.JavaProgram;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A bulk render killed with SIGKILL in its middle, then two of the same started at once: every
 * order ready, none baked twice, none missing.
 */
final class RenderKillDrill {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final BulkGround ground;
  private final Duration patience;
  private final Consumer<String> progress;

  RenderKillDrill(BulkGround ground, Duration patience, Consumer<String> progress) {
    this.ground = ground;
    this.patience = patience;
    this.progress = progress;
  }

  /**
   * The accounting.
   *
   * @param readyAtKill rows that were ready when the first job was killed
   * @param ready rows that are at the end
   * @param missing orders without a ready row
   * @param bakedTwice rows that were made more than once, and videos that share a title
   * @param orphans videos at the host that no row names
   * @param rendered by the two jobs after the kill, as they report
   * @param skipped by them
   * @param cpuSecondsSaved by sharing primitives, as they report
   * @param claimsLeft in the table when all has ended
   * @param filesLeft of renders on the way, in the workers' folder
   */
  record Outcome(
      int orders,
      long readyAtKill,
      long ready,
      long missing,
      long bakedTwice,
      long orphans,
      long rendered,
      long skipped,
      double cpuSecondsSaved,
      long claimsLeft,
      long filesLeft,
      double seconds) {
    boolean isClean() {
      return readyAtKill > 0
          && readyAtKill < orders
          && ready == orders
          && missing == 0
          && bakedTwice == 0
          && orphans == 0
          && claimsLeft == 0
          && filesLeft == 0;
    }
  }

  Outcome run(int exercises, int variants, int orders)
      throws IOException, SQLException, InterruptedException {
    long begin = System.nanoTime();
    SampleExercises samples =
        SampleExercises.make(
            ground.folder().resolve("bundles"),
            exercises,
            variants,
            SampleExercise.tiny(),
            progress);
    enter(samples);
    Path file = ground.folder().resolve("orders.ndjson");
    SampleExercises.writeOrders(samples.orders(orders / exercises), file);
    int given = Files.readAllLines(file).size();

    Daemon first = start("render-1", file);
    long readyAtKill = killInTheMiddle(first, given);
    progress.accept("killed with " + readyAtKill + " of " + given + " ready; starting two again");

    Daemon second = start("render-2", file);
    Daemon third = start("render-3", file);
    JsonNode two = ended(second);
    JsonNode three = ended(third);
    return account(given, readyAtKill, two, three, (System.nanoTime() - begin) / 1e9);
  }

  private void enter(SampleExercises samples) throws IOException {
    try (ObjectStore bucket = ground.bucket();
        Database database =
            Database.open(
                DatabaseConfig.fromEnvironment(ground.environment(), "kinebeam_render"))) {
      samples.upload(bucket);
      Exercises catalogue = new Exercises(database);
      samples.slugs().forEach(slug -> catalogue.addRepsBased(slug, slug));
    }
  }

  private Daemon start(String name, Path orders) throws IOException {
    Files.deleteIfExists(report(name));
    return Daemon.start(
        new JavaProgram(
            name,
            System.getProperty("java.class.path"),
            RenderMain.class.getName(),
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            List.of(
                "--orders=" + orders,
                "--profile=216p",
                "--dir=" + ground.folder().resolve("render"),
                "--results=" + ground.folder().resolve(name + ".results"),
                "--report=" + report(name)),
            ground.environment()),
        ground.folder());
  }

  private Path report(String name) {
    return ground.folder().resolve(name + ".json");
  }

  private long killInTheMiddle(Daemon job, int orders)
      throws IOException, SQLException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long told = System.nanoTime();
    while (true) {
      long ready = ready();
      if (ready >= orders / 3) {
        job.kill();
        ground.awaitNoRenderSessions(patience);
        return ready();
      }
      if (!job.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "the job did not come to its middle (" + ready + " ready); " + job.lastWords());
      }
      if (System.nanoTime() - told > TimeUnit.SECONDS.toNanos(5)) {
        told = System.nanoTime();
        progress.accept(ready + " of " + orders + " ready");
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
    }
  }

  private JsonNode ended(Daemon job) throws IOException, InterruptedException {
    try {
      job.process().onExit().get(patience.toSeconds(), TimeUnit.SECONDS);
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

  private long ready() throws SQLException {
    return ground.count("SELECT count(*) FROM exercise_renders WHERE status = 'ready'");
  }

  private Outcome account(
      int orders, long readyAtKill, JsonNode two, JsonNode three, double seconds)
      throws IOException, SQLException, InterruptedException {
    HostInventory host = HostInventory.of(ground.endpoints().videoHost());
    long named =
        ground.count(
            "SELECT count(DISTINCT host_video_id) FROM exercise_renders WHERE status = 'ready'");
    long ready = ready();
    return new Outcome(
        orders,
        readyAtKill,
        ready,
        orders - ready,
        ground.count("SELECT count(*) FROM exercise_renders WHERE bakes > 1") + host.doubles(),
        host.videos().size() - named,
        two.path("rendered").asLong() + three.path("rendered").asLong(),
        two.path("skipped").asLong() + three.path("skipped").asLong(),
        two.path("cpu_seconds_saved").asDouble() + three.path("cpu_seconds_saved").asDouble(),
        ground.count("SELECT count(*) FROM render_claims"),
        filesLeft(),
        seconds);
  }

  private long filesLeft() throws IOException {
    Path renders = ground.folder().resolve("render").resolve("renders");
    try (var files = Files.walk(renders)) {
      return files.filter(file -> file.toString().endsWith(".mp4")).count();
    }
  }
}
