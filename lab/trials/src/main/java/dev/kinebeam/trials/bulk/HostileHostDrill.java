package dev.kinebeam.trials.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.HostFaults;
import dev.kinebeam.programs.process.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bulk render against a video host that never finishes some videos, loses some uploads after it
 * confirmed them, lies about the length of some, answers some calls with other JSON than its API's
 * and some without end. Orders may fail by it, but leave nothing at the host, and the process needs
 * no more memory than usual; the same orders with the host well again are all served.
 */
final class HostileHostDrill {
  /** The heap, and what a JVM with libav needs beside it. */
  private static final long MAX_MEGABYTES = RenderPrograms.HEAP_MEGABYTES + 400;

  private static final int KILOBYTES = 1024;

  private final BulkDrillEnvironment environment;
  private final RenderPrograms programs;
  private final Consumer<String> progress;

  HostileHostDrill(BulkDrillEnvironment environment, Duration within, Consumer<String> progress) {
    this.environment = environment;
    this.programs = new RenderPrograms(environment, within);
    this.progress = progress;
  }

  /**
   * The accounting.
   *
   * @param failed orders that the hostile host made fail
   * @param hostile what was left when the first job had ended
   * @param peakMegabytes the most that the first job had resident
   * @param ready rows that are at the end
   * @param settled what was left then
   */
  record Outcome(
      int orders,
      long failed,
      HostAccount hostile,
      long peakMegabytes,
      long mostMegabytes,
      long ready,
      long bakedTwice,
      HostAccount settled,
      double seconds) {
    boolean isClean() {
      return failed > 0
          && failed < orders
          && peakMegabytes <= mostMegabytes
          && isClean(hostile, orders - failed)
          && ready == orders
          && bakedTwice == 0
          && isClean(settled, orders);
    }

    private static boolean isClean(HostAccount account, long videos) {
      return account.videos() == videos
          && account.orphans() == 0
          && account.waiting() == 0
          && account.unsettled() == 0
          && account.doubles() == 0;
    }
  }

  Outcome run(int exercises, int variants, int orders)
      throws IOException, SQLException, InterruptedException {
    long begin = System.nanoTime();
    Path file = programs.orders(exercises, variants, orders, progress);
    int given = Files.readAllLines(file).size();
    int some = Math.max(1, given / 20);
    HostFaults faults = new HostFaults(environment.endpoints().videoHost());
    faults.order(
        Map.of(
            "neverFinish", some, "lie", some, "loseUploads", some, "flood", 10, "malformed", 20));
    Daemon first = programs.start("hostile", file, "--playable-within=PT10S");
    long peak = peakMegabytes(first);
    JsonNode report = programs.ended(first);
    HostAccount hostile = environment.hostAccount();
    progress.accept(
        "%d rendered and %d failed with the hostile host; it holds %s; starting again without"
            .formatted(report.path("rendered").asInt(), report.path("failed").asInt(), hostile));

    faults.order(Map.of());
    programs.ended(programs.start("well", file));
    return new Outcome(
        given,
        report.path("failed").asLong(),
        hostile,
        peak,
        MAX_MEGABYTES,
        programs.ready(),
        environment.count("SELECT count(*) FROM exercise_renders WHERE bakes > 1"),
        environment.hostAccount(),
        (System.nanoTime() - begin) / 1e9);
  }

  /** What the kernel keeps of a process: its most resident memory so far, until it has ended. */
  private static long peakMegabytes(Daemon job) throws IOException, InterruptedException {
    Path status = Path.of("/proc", Long.toString(job.process().pid()), "status");
    long peak = 0;
    while (job.isAlive()) {
      peak = Math.max(peak, highWater(status));
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return peak / KILOBYTES;
  }

  private static long highWater(Path status) throws IOException {
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
