package dev.kinebeam.worker.personal;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.catalog.personal.PersonalVideoTask;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.worker.jobs.Jobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of personal videos on threads of their own, so that neither they nor the recurring
 * jobs wait for the other. A video that waits is a row and holds no thread. One whose worker dies
 * is taken up by another within a minute. Every attempt that has ended is recorded in {@code
 * job_runs}.
 */
final class PersonalVideoTasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PersonalVideoTasks.class);
  private static final Duration AFTER_NO_DATABASE = Duration.ofSeconds(10);

  private final VideoProcessing processing;
  private final ProcessingRows rows;
  private final WorkerJobs recorded;
  private final String worker;
  private final Clock clock;
  private final Scheduler scheduler;
  private final AtomicLong succeeded = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();
  private final List<Metrics.Registration> exported = new ArrayList<>();

  private PersonalVideoTasks(
      Database database, String worker, VideoProcessing processing, int atOnce, Clock clock) {
    this.processing = processing;
    this.rows = new ProcessingRows(database);
    this.recorded = new WorkerJobs(database);
    this.worker = worker;
    this.clock = clock;
    this.scheduler =
        Jobs.timed(Scheduler.create(database.connections(), task()))
            .tableName(PersonalVideoTask.TABLE)
            .schedulerName(new SchedulerName.Fixed(worker))
            .threads(atOnce)
            .failureLogging(LogLevel.WARN, false)
            .build();
  }

  /**
   * Begins to run tasks.
   *
   * @param worker names this process
   * @param atOnce how many steps are done at the same time
   */
  static PersonalVideoTasks start(
      Database database,
      String worker,
      VideoProcessing processing,
      int atOnce,
      Metrics metrics,
      Clock clock) {
    PersonalVideoTasks started =
        new PersonalVideoTasks(database, worker, processing, atOnce, clock);
    started.export(metrics);
    started.scheduler.start();
    return started;
  }

  private void export(Metrics metrics) {
    String attempts = "kinebeam_worker_personal_video_attempts_total";
    String help = "Attempts to process personal videos that have ended, in this process.";
    exported.add(metrics.counter(attempts, help, Map.of("outcome", "succeeded"), succeeded::get));
    exported.add(metrics.counter(attempts, help, Map.of("outcome", "failed"), failed::get));
    exported.add(
        metrics.counter(
            "kinebeam_worker_personal_video_steps_total",
            "Copies and polls of personal videos, in this process.",
            Map.of(),
            steps::get));
  }

  private Task<Void> task() {
    return Tasks.custom(PersonalVideoTask.DESCRIPTOR)
        // Nothing could be decided, since the database failed.
        .onFailure(
            (complete, operations) ->
                operations.reschedule(complete, clock.instant().plus(AFTER_NO_DATABASE)))
        .onDeadExecutionRevive()
        .execute((instance, context) -> run(instance.getId()));
  }

  private CompletionHandler<Void> run(String instance) {
    long video = PersonalVideoTask.videoId(instance);
    Instant started = clock.instant();
    VideoProcessing.Outcome outcome = processing.step(video);
    steps.incrementAndGet();
    outcome.ended().ifPresent(ended -> record(instance, started, ended));
    Optional<Instant> next = outcome.next();
    return (complete, operations) -> {
      if (next.isEmpty()) {
        operations.remove();
        return;
      }
      operations.reschedule(complete, next.get());
      if (next.get().isAfter(clock.instant())) {
        rows.wakeIfMissed(video, outcome.woken());
      }
    };
  }

  private void record(String instance, Instant started, VideoProcessing.Ended ended) {
    (ended.succeeded() ? succeeded : failed).incrementAndGet();
    LOG.info("{}: {}", instance, ended.message());
    recorded.record(
        new WorkerJobs.Run(
            PersonalVideoTask.NAME,
            instance,
            worker,
            started,
            clock.instant(),
            ended.succeeded(),
            Optional.of(ended.message())));
  }

  /** Lets the steps that are under way end, for 20 s. */
  @Override
  public void close() {
    scheduler.stop();
    exported.forEach(Metrics.Registration::close);
  }
}
