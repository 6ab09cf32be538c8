package dev.kinebeam.trials.bench.personal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.trials.bench.measure.ProcessMeter;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What a worker uses: processor time as the kernel counts it, the rest as its metrics say. */
final class WorkerMeter {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final String THREADS = "jvm_threads_live_threads";
  private static final String HEAP = "jvm_memory_used_bytes\\{area=\"heap\"[^}]*}";
  private static final String STEPS = "kinebeam_worker_personal_video_steps_total";

  private final ServerProcess worker;
  private final ProcessMeter process;
  private final HttpClient http = HttpClient.newHttpClient();

  WorkerMeter(ServerProcess worker) {
    this.worker = worker;
    this.process = new ProcessMeter(worker.handle());
  }

  /**
   * What was used within a window.
   *
   * @param cpuPercent of one core
   * @param stepsPerSecond copies and polls
   */
  record Use(double cpuPercent, double stepsPerSecond) {}

  /** Measures the worker for this long. */
  Use during(Duration window) throws IOException, InterruptedException {
    double steps = sum(STEPS);
    double cpu = process.cpuSeconds();
    long begun = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(window.toNanos());
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Use(100 * (process.cpuSeconds() - cpu) / seconds, (sum(STEPS) - steps) / seconds);
  }

  int threads() throws IOException, InterruptedException {
    return (int) sum(THREADS);
  }

  /** What is in use after a collection of garbage, in MB of 10^6 bytes. */
  double heapMb() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process collection =
        new ProcessBuilder(jcmd.toString(), Long.toString(worker.handle().pid()), "GC.run")
            .redirectErrorStream(true)
            .start();
    String said = new String(collection.getInputStream().readAllBytes(), UTF_8);
    if (collection.waitFor() != 0) {
      throw new IOException("jcmd of the worker: " + said);
    }
    return sum(HEAP) / 1e6;
  }

  /** Of all series of a metric, by its expression. */
  private double sum(String metric) throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + worker.adminPort() + "/metrics");
    String text =
        http.send(
                HttpRequest.newBuilder(metrics).timeout(ANSWER_WITHIN).build(),
                BoundedBody.text(LONGEST_ANSWER))
            .body();
    Pattern series = Pattern.compile("^" + metric + " (\\S+)$", Pattern.MULTILINE);
    if (!series.matcher(text).find()) {
      throw new IOException("the worker's metrics have no " + metric);
    }
    return series
        .matcher(text)
        .results()
        .mapToDouble(line -> Double.parseDouble(line.group(1)))
        .sum();
  }
}
