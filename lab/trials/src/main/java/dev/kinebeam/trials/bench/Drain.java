package dev.kinebeam.trials.bench;

import dev.kinebeam.localstack.services.Endpoints;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Watches one job until it has drained its topic. */
final class Drain {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long PROGRESS_INTERVAL_NANOS = 2_000_000_000L;

  private final Endpoints.Database database;
  private final Consumer<String> progress;

  Drain(Endpoints.Database database, Consumer<String> progress) {
    this.database = database;
    this.progress = progress;
  }

  /** Sums over the rows that the run has left. */
  record Totals(long rows, long over, long events) {}

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

    double eventsPerCpuSecond() {
      return load.events() / cpuSeconds;
    }

    boolean isExact() {
      return totals.rows() == load.sessions()
          && totals.over() == load.sessions()
          && totals.events() == load.events();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d events of %,d sessions in %.1f s and %.1f CPU s (%.2f µs each); rows %s",
          load.events(),
          load.sessions(),
          seconds,
          cpuSeconds,
          cpuSeconds * 1e6 / load.events(),
          isExact() ? "exact" : "NOT exact: " + totals);
    }
  }

  /** Waits for the last row, and ends the job. */
  Drained of(Contender.Running job, SessionLoad.Loaded load) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!job.runs()) {
      checkTime(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long begun = System.nanoTime();
    long cpu = cpuNanos();
    long reportedAt = begun;
    Totals totals = totals(load.orgId());
    while (totals.over() < load.sessions() || totals.events() < load.events()) {
      checkTime(deadline);
      TimeUnit.MILLISECONDS.sleep(250);
      totals = totals(load.orgId());
      if (System.nanoTime() - reportedAt > PROGRESS_INTERVAL_NANOS) {
        reportedAt = System.nanoTime();
        progress.accept(totals.over() + " of " + load.sessions() + " sessions");
      }
    }
    Drained drained =
        new Drained(load, (System.nanoTime() - begun) / 1e9, (cpuNanos() - cpu) / 1e9, totals);
    job.cancel();
    return drained;
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
    Endpoints.Login admin = database.admin();
    try (Connection c =
            DriverManager.getConnection(database.url(), admin.user(), admin.password());
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
}
