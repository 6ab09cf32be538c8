package dev.kinebeam.worker.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.program.observability.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the worker's jobs by their schedules, which are kept in the database: a job that is due
 * while no worker runs is run by the next one, and one whose worker dies is taken up by another
 * within a minute. Every run that did something or failed is recorded in {@code job_runs}.
 */
public final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  // The library's defaults are 10 s, 5 min and 6: a dead worker's task would rest for half an hour.
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int MISSED_HEARTBEATS = 4;
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
  private static final int LONGEST_MESSAGE = 2_000;

  private final WorkerJobs recorded;
  private final String worker;
  private final Clock clock;
  private final Scheduler scheduler;
  private final List<Metrics.Registration> exported = new ArrayList<>();

  private Jobs(Database database, String worker, List<Job> jobs, Metrics metrics, Clock clock) {
    this.recorded = new WorkerJobs(database);
    this.worker = worker;
    this.clock = clock;
    List<RecurringTask<Void>> tasks = jobs.stream().map(job -> task(job, metrics)).toList();
    this.scheduler =
        timed(Scheduler.create(database.connections()))
            .startTasks(tasks)
            .schedulerName(new SchedulerName.Fixed(worker))
            .threads(Math.max(4, jobs.size()))
            .failureLogging(LogLevel.WARN, false)
            .build();
  }

  /**
   * Begins to run jobs.
   *
   * @param worker names this process
   */
  public static Jobs start(
      Database database, String worker, List<Job> jobs, Metrics metrics, Clock clock) {
    Jobs started = new Jobs(database, worker, jobs, metrics, clock);
    started.scheduler.start();
    return started;
  }

  /** With the times of every scheduler of a worker. */
  public static SchedulerBuilder timed(SchedulerBuilder scheduler) {
    return scheduler
        .pollingInterval(POLL_INTERVAL)
        .heartbeatInterval(HEARTBEAT)
        .missedHeartbeatsLimit(MISSED_HEARTBEATS)
        .shutdownMaxWait(STOPPED_WITHIN);
  }

  private RecurringTask<Void> task(Job job, Metrics metrics) {
    AtomicLong succeeded = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    exported.add(counter(metrics, job, "succeeded", succeeded));
    exported.add(counter(metrics, job, "failed", failed));
    return Tasks.recurring(job.name(), schedule(job.timing()))
        .execute((instance, context) -> run(job, succeeded, failed));
  }

  private static Schedule schedule(Job.Timing timing) {
    return timing instanceof Job.Daily daily
        ? Schedules.daily(ZoneOffset.UTC, daily.at())
        : Schedules.fixedDelay(((Job.Every) timing).pause());
  }

  private static Metrics.Registration counter(
      Metrics metrics, Job job, String outcome, AtomicLong runs) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("job", job.name());
    labels.put("outcome", outcome);
    return metrics.counter(
        "kinebeam_worker_job_runs_total",
        "Runs of the worker's jobs that have ended, in this process.",
        labels,
        runs::get);
  }

  private void run(Job job, AtomicLong succeeded, AtomicLong failed) {
    Instant started = clock.instant();
    try {
      Optional<String> done = job.work().run();
      succeeded.incrementAndGet();
      if (done.isPresent()) {
        record(job, started, true, done.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(job.name() + " was interrupted", e);
    } catch (Exception e) {
      failed.incrementAndGet();
      LOG.warn("the job {} failed: {}", job.name(), e.getMessage(), e);
      record(job, started, false, String.valueOf(e.getMessage()));
      throw new IllegalStateException(job.name() + ": " + e.getMessage(), e);
    }
  }

  private void record(Job job, Instant started, boolean good, String message) {
    String shown =
        message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
    recorded.record(
        new WorkerJobs.Run(
            job.name(), "recurring", worker, started, clock.instant(), good, Optional.of(shown)));
  }

  /** Lets the runs that are under way end, for 20 s. */
  @Override
  public void close() {
    scheduler.stop();
    exported.forEach(Metrics.Registration::close);
  }
}
