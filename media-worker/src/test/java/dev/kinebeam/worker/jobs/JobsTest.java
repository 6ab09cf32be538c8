package dev.kinebeam.worker.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.testkit.TestPostgres;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the library's real scheduler and the rights of the worker. */
@Tag("servers")
class JobsTest {
  private static TestPostgres postgres;
  private static HikariDataSource pool;
  private static Database database;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    HikariConfig config = new HikariConfig();
    config.setDataSource(postgres.as("worker"));
    config.setMaximumPoolSize(4);
    pool = new HikariDataSource(config);
    database = Database.over(pool);
  }

  @AfterAll
  static void stop() {
    pool.close();
    postgres.close();
  }

  private static Jobs started(Metrics metrics, Job... jobs) {
    return Jobs.start(database, "worker-1", List.of(jobs), metrics, Clock.systemUTC());
  }

  @Test
  void runsAreRecordedAndAFailedJobRunsAgain() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    CountDownLatch quiet = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    Metrics metrics = new Metrics();
    try (Jobs jobs =
        started(
            metrics,
            Job.every(
                "unsteady",
                Duration.ofMillis(10),
                () -> {
                  twice.countDown();
                  if (runs.incrementAndGet() == 1) {
                    throw new IOException("the other side is unavailable");
                  }
                  return runs.get() == 2 ? Optional.of("2 things done") : Optional.empty();
                }),
            Job.every(
                "idle",
                Duration.ofMillis(10),
                () -> {
                  quiet.countDown();
                  return Optional.empty();
                }))) {
      assertThat(twice.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(quiet.await(20, TimeUnit.SECONDS)).isTrue();
      WorkerJobs recorded = new WorkerJobs(database);
      while (recorded.runs(Optional.of("unsteady"), 10).size() < 2) {
        Thread.onSpinWait();
      }
      assertThat(recorded.runs(Optional.of("unsteady"), 10))
          .extracting(run -> run.message().orElseThrow())
          .containsExactly("2 things done", "the other side is unavailable");
      assertThat(recorded.runs(Optional.of("idle"), 10)).as("it had nothing to do").isEmpty();
      assertThat(recorded.tasks())
          .extracting(WorkerJobs.Task::name)
          .containsExactly("idle", "unsteady");
      assertThat(metrics.text())
          .contains("kinebeam_worker_job_runs_total{job=\"unsteady\",outcome=\"failed\"} 1");
      assertThat(jobs).isNotNull();
    }
  }

  @Test
  void aThousandVideosHideNoOtherTask() {
    postgres.run(
        """
        INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version)
          VALUES ('webhooks-out', 'recurring', now(), false, 1);
        INSERT INTO personal_video_tasks (task_name, task_instance, execution_time, picked, version)
          SELECT 'personalized-exercise-video', 'personalized-video-' || n,
                 now() + n * interval '1 second', false, 1
            FROM generate_series(1, 1500) AS n;
        """);
    try {
      List<WorkerJobs.Task> tasks = new WorkerJobs(database).tasks();
      assertThat(tasks)
          .extracting(WorkerJobs.Task::name)
          .contains("webhooks-out")
          .filteredOn("personalized-exercise-video"::equals)
          .hasSize(100);
      assertThat(tasks)
          .extracting(WorkerJobs.Task::instance)
          .contains("personalized-video-1", "personalized-video-100");
    } finally {
      postgres.empty("personal_video_tasks");
      postgres.run("DELETE FROM scheduled_tasks WHERE task_name = 'webhooks-out'");
    }
  }

  @Test
  void theOldestRunsOfATaskAreRemoved() {
    WorkerJobs jobs = new WorkerJobs(database);
    for (int i = 0; i < 103; i++) {
      jobs.record(run("many", true));
    }
    jobs.record(run("many", false));
    jobs.record(run("other", true));
    assertThat(jobs.runs(Optional.of("many"), 1000)).hasSize(101);
    assertThat(jobs.runs(Optional.of("other"), 1000)).hasSize(1);
  }

  private static WorkerJobs.Run run(String task, boolean succeeded) {
    return new WorkerJobs.Run(
        task,
        "recurring",
        "worker-1",
        Clock.systemUTC().instant(),
        Clock.systemUTC().instant(),
        succeeded,
        Optional.empty());
  }
}
