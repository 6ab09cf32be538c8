package dev.kinebeam.trials.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.programs.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bulk render killed with SIGKILL in its middle, then two of the same started at once: every
 * order ready, none baked twice, none missing.
 */
final class RenderKillDrill {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final BulkDrillEnvironment environment;
  private final RenderPrograms programs;
  private final Duration timeout;
  private final Consumer<String> progress;

  RenderKillDrill(BulkDrillEnvironment environment, Duration timeout, Consumer<String> progress) {
    this.environment = environment;
    this.programs = new RenderPrograms(environment, timeout);
    this.timeout = timeout;
    this.progress = progress;
  }

  /**
   * The accounting.
   *
   * @param readyAtKill rows that were ready when the first job was killed
   * @param ready rows that are at the end
   * @param missing orders without a ready row
   * @param bakedTwice rows that were made more than once, and videos that share a title
   * @param orphans videos at the host that no row has
   * @param unsettled videos that are noted as created, and neither recorded nor removed
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
      long unsettled,
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
          && unsettled == 0
          && claimsLeft == 0
          && filesLeft == 0;
    }
  }

  Outcome run(int exercises, int variants, int orders)
      throws IOException, SQLException, InterruptedException {
    long begin = System.nanoTime();
    Path file = programs.orders(exercises, variants, orders, progress);
    int given = Files.readAllLines(file).size();

    Daemon first = programs.start("render-1", file);
    long readyAtKill = killInTheMiddle(first, given);
    progress.accept("killed with " + readyAtKill + " of " + given + " ready; starting two again");

    Daemon second = programs.start("render-2", file);
    Daemon third = programs.start("render-3", file);
    JsonNode two = programs.ended(second);
    JsonNode three = programs.ended(third);
    return account(given, readyAtKill, two, three, (System.nanoTime() - begin) / 1e9);
  }

  private long killInTheMiddle(Daemon job, int orders)
      throws IOException, SQLException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    long reportedAt = System.nanoTime();
    while (true) {
      long ready = programs.ready();
      if (ready >= orders / 3) {
        job.kill();
        environment.awaitNoRenderSessions(timeout);
        return programs.ready();
      }
      if (!job.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "the job did not come to its middle (" + ready + " ready); " + job.lastWords());
      }
      if (System.nanoTime() - reportedAt > TimeUnit.SECONDS.toNanos(5)) {
        reportedAt = System.nanoTime();
        progress.accept(ready + " of " + orders + " ready");
      }
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
    }
  }

  private Outcome account(
      int orders, long readyAtKill, JsonNode two, JsonNode three, double seconds)
      throws IOException, SQLException, InterruptedException {
    HostAccount host = environment.hostAccount();
    long ready = programs.ready();
    return new Outcome(
        orders,
        readyAtKill,
        ready,
        orders - ready,
        environment.count("SELECT count(*) FROM exercise_renders WHERE bakes > 1") + host.doubles(),
        host.orphans() + host.waiting(),
        host.unsettled(),
        two.path("rendered").asLong() + three.path("rendered").asLong(),
        two.path("skipped").asLong() + three.path("skipped").asLong(),
        two.path("cpu_seconds_saved").asDouble() + three.path("cpu_seconds_saved").asDouble(),
        environment.count("SELECT count(*) FROM render_claims"),
        programs.filesLeft(),
        seconds);
  }
}
