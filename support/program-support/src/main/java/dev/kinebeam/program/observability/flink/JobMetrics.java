package dev.kinebeam.program.observability.flink;

import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Metrics;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.Scheduled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reporter of Flink's metrics: gives each process of a cluster an admin port, and exports what a
 * JobManager knows of its jobs' checkpoints and restarts. Settings below {@code
 * metrics.reporter.kinebeam}: {@code host} (127.0.0.1), {@code port} (a port, a range of which the
 * first free one is taken, or {@code none} where the program around Flink has a port of its own)
 * and {@code program}, the name of the process.
 */
final class JobMetrics implements MetricReporter, Scheduled {
  private static final Logger LOG = LoggerFactory.getLogger(JobMetrics.class);
  private static final String NO_PORT = "none";
  private static final String JOB = "<job_name>";

  private final Metrics metrics;
  private final Clock clock;
  private final Map<Metric, Exported> exported = new ConcurrentHashMap<>();
  private AdminServer admin;

  JobMetrics(Metrics metrics, Clock clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /** A metric of ours that follows one of Flink's. */
  private record Exported(Metrics.Registration registration, CheckpointAge age) {}

  /** Since when the newest completed checkpoint has been the newest. */
  private final class CheckpointAge {
    private final Gauge<?> newest;
    private double id;
    private long since;

    CheckpointAge(Gauge<?> newest) {
      this.newest = newest;
      this.since = clock.millis();
    }

    synchronized double seconds() {
      double now = number(newest);
      if (Double.compare(now, id) != 0) {
        id = now;
        since = clock.millis();
      }
      return (clock.millis() - since) / 1000.0;
    }
  }

  @Override
  public void open(MetricConfig config) {
    String ports = config.getString("port", NO_PORT);
    if (ports.equals(NO_PORT)) {
      return;
    }
    String host = config.getString("host", "127.0.0.1");
    String program = config.getString("program", "flink");
    int dash = ports.indexOf('-');
    int first = Integer.parseInt(dash < 0 ? ports : ports.substring(0, dash));
    int last = dash < 0 ? first : Integer.parseInt(ports.substring(dash + 1));
    for (int port = first; port <= last && admin == null; port++) {
      try {
        admin = AdminServer.start(program, host, port);
      } catch (IOException taken) {
        LOG.debug("port {} is taken", port, taken);
      }
    }
    if (admin == null) {
      LOG.warn(
          "no port of metrics.reporter.kinebeam.port = {} is free at {}: this process exports no"
              + " metrics",
          ports,
          host);
    }
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    String job = group.getAllVariables().get(JOB);
    if (job == null || !(metric instanceof Gauge<?> gauge)) {
      return;
    }
    Map<String, String> labels = Map.of("flink_job", job);
    Exported ours =
        switch (name) {
          case "lastCompletedCheckpointId" -> {
            CheckpointAge age = new CheckpointAge(gauge);
            yield new Exported(
                metrics.gauge(
                    "kinebeam_job_checkpoint_age_seconds",
                    "Since when the job has completed no checkpoint.",
                    labels,
                    age::seconds),
                age);
          }
          case "numberOfCompletedCheckpoints" ->
              counter("kinebeam_job_checkpoints_total", "Checkpoints completed.", labels, gauge);
          case "numberOfFailedCheckpoints" ->
              counter(
                  "kinebeam_job_checkpoints_failed_total", "Checkpoints failed.", labels, gauge);
          case "numRestarts" ->
              counter("kinebeam_job_restarts_total", "Restarts of the job.", labels, gauge);
          case "lastCheckpointDuration" ->
              new Exported(
                  metrics.gauge(
                      "kinebeam_job_checkpoint_duration_seconds",
                      "How long the last completed checkpoint took.",
                      labels,
                      () -> number(gauge) < 0 ? Double.NaN : number(gauge) / 1000),
                  null);
          case "lastCheckpointSize" ->
              new Exported(
                  metrics.gauge(
                      "kinebeam_job_checkpoint_size_bytes",
                      "Size of the last completed checkpoint.",
                      labels,
                      () -> number(gauge) < 0 ? Double.NaN : number(gauge)),
                  null);
          default -> null;
        };
    if (ours != null) {
      exported.put(metric, ours);
    }
  }

  private Exported counter(String name, String help, Map<String, String> labels, Gauge<?> gauge) {
    return new Exported(metrics.counter(name, help, labels, () -> number(gauge)), null);
  }

  private static double number(Gauge<?> gauge) {
    return gauge.getValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    Exported ours = exported.remove(metric);
    if (ours != null) {
      ours.registration.close();
    }
  }

  /** A checkpoint's age begins when it is seen, also when it is not scraped. */
  @Override
  public void report() {
    exported.values().stream()
        .map(Exported::age)
        .filter(age -> age != null)
        .forEach(CheckpointAge::seconds);
  }

  @Override
  public void close() {
    exported.values().forEach(ours -> ours.registration.close());
    exported.clear();
    if (admin != null) {
      admin.close();
    }
  }
}
