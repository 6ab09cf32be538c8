package dev.kinebeam.localstack.bench;

import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.localstack.flink.FlinkHost;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.pipelines.FlinkSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.beam.sdk.PipelineResult;

/**
 * How fast the telemetry job drains a backlog: from Kafka through Flink into PostgreSQL, to the
 * last session's final row. Broker and database share the machine with the job.
 */
final class TelemetryBench {
  private static final int SLOTS = 2;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Endpoints endpoints;
  private final Path checkpoints;
  private final Consumer<String> progress;

  TelemetryBench(LocalStack stack, Path checkpoints, Consumer<String> progress) {
    this.endpoints = stack.endpoints();
    this.checkpoints = checkpoints;
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param seconds from the running job to the last final row
   * @param cpuSeconds of the process that holds the job, in that time
   */
  record Drained(SessionLoad.Loaded load, double seconds, double cpuSeconds, Totals totals) {
    double eventsPerSecond() {
      return load.events() / seconds;
    }

    boolean isExact() {
      return totals.rows() == load.sessions()
          && totals.over() == load.sessions()
          && totals.events() == load.events();
    }
  }

  /** Sums over the rows that the run has left. */
  record Totals(long rows, long over, long events) {}

  /**
   * Drains {@code warmUp} events, so that the machine code is there, and then measures {@code
   * events} more on the same cluster.
   */
  Drained run(long warmUp, long events)
      throws IOException, SQLException, ExecutionException, InterruptedException {
    try (FlinkHost flink = FlinkHost.start(checkpoints, SLOTS, 0)) {
      if (warmUp > 0) {
        progress.accept("warming up");
        drainAFreshTopic(flink, warmUp);
      }
      return drainAFreshTopic(flink, events);
    }
  }

  private Drained drainAFreshTopic(FlinkHost flink, long events)
      throws IOException, SQLException, ExecutionException, InterruptedException {
    String topic = "bench-" + UUID.randomUUID();
    SessionLoad.Loaded load =
        new SessionLoad(endpoints.kafkaBootstrapServers(), topic).fill(events);
    progress.accept(
        "%d events of %d sessions wait, %d bytes each"
            .formatted(load.events(), load.sessions(), load.bytes() / load.events()));
    PipelineResult job =
        TelemetryJob.submit(settings(topic), FlinkSettings.on(flink.master(), SLOTS));
    Drained drained = drain(load, job);
    job.cancel();
    while (!job.getState().isTerminal()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return drained;
  }

  private Drained drain(SessionLoad.Loaded load, PipelineResult job)
      throws SQLException, InterruptedException, IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (job.getState() != PipelineResult.State.RUNNING) {
      checkTime(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long begun = System.nanoTime();
    long cpu = cpuNanos();
    long told = begun;
    Totals totals = totals(load.orgId());
    while (totals.over() < load.sessions() || totals.events() < load.events()) {
      checkTime(deadline);
      TimeUnit.MILLISECONDS.sleep(250);
      totals = totals(load.orgId());
      if (System.nanoTime() - told > 2_000_000_000L) {
        told = System.nanoTime();
        progress.accept(totals.over() + " of " + load.sessions() + " sessions");
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new Drained(load, seconds, (cpuNanos() - cpu) / 1e9, totals);
  }

  private static void checkTime(long deadline) throws IOException {
    if (System.nanoTime() > deadline) {
      throw new IOException("the job did not drain the backlog within " + LIMIT);
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private Totals totals(UUID orgId) throws SQLException {
    Endpoints.Login admin = endpoints.database().admin();
    try (Connection c =
            DriverManager.getConnection(
                endpoints.database().url(), admin.user(), admin.password());
        PreparedStatement s =
            c.prepareStatement(
                "SELECT count(*), count(ended_by), coalesce(sum(events_seen), 0)"
                    + " FROM media_session_metrics WHERE org_id = ?")) {
      s.setObject(1, orgId);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return new Totals(r.getLong(1), r.getLong(2), r.getLong(3));
      }
    }
  }

  private TelemetrySettings settings(String topic) {
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    return TelemetrySettings.of(
            endpoints.kafkaBootstrapServers(),
            new JdbcSettings(endpoints.database().url(), login.user(), login.password()))
        .reading(topic, topic);
  }
}
