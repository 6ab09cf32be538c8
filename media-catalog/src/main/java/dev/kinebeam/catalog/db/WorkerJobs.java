package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Rfc3339;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The background tasks of the media workers: when each runs, and how its runs ended. */
public final class WorkerJobs {
  /** How many runs of a task are kept that succeeded, and how many that failed. */
  private static final int KEEP_SUCCEEDED = 100;

  private static final int KEEP_FAILED = 200;

  private final Database database;

  /**
   * A task as it is scheduled.
   *
   * @param running by which worker, while one runs it
   * @param failures how many of its latest runs failed one after another
   */
  public record Task(
      String name,
      String instance,
      Instant next,
      Optional<String> running,
      Optional<Instant> lastSuccess,
      Optional<Instant> lastFailure,
      int failures) {
    /** As answers and reports show it. */
    public TaskView view() {
      return new TaskView(
          name,
          instance,
          Rfc3339.text(next),
          running.orElse(null),
          lastSuccess.map(Rfc3339::text).orElse(null),
          lastFailure.map(Rfc3339::text).orElse(null),
          failures);
    }
  }

  /** A task in JSON; what is not known is left out. */
  public record TaskView(
      String name,
      String instance,
      String nextRunAt,
      @Nullable String runningOn,
      @Nullable String lastSuccessAt,
      @Nullable String lastFailureAt,
      int consecutiveFailures) {}

  /**
   * A run that has ended.
   *
   * @param message what was done, or why it failed
   */
  public record Run(
      String task,
      String instance,
      String worker,
      Instant started,
      Instant finished,
      boolean succeeded,
      Optional<String> message) {
    /** As answers and reports show it. */
    public RunView view() {
      return new RunView(
          task,
          instance,
          worker,
          Rfc3339.text(started),
          Rfc3339.text(finished),
          succeeded,
          message.orElse(null));
    }
  }

  /** A run in JSON. */
  public record RunView(
      String task,
      String instance,
      String worker,
      String startedAt,
      String finishedAt,
      boolean succeeded,
      @Nullable String message) {}

  public WorkerJobs(Database database) {
    this.database = database;
  }

  /** All tasks by their names; of those of personal videos the hundred that are due first. */
  public List<Task> tasks() {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT task_name, task_instance, execution_time, picked, picked_by,
                           last_success, last_failure, coalesce(consecutive_failures, 0) AS failures
                      FROM (TABLE scheduled_tasks
                            UNION ALL
                            (TABLE personal_video_tasks ORDER BY execution_time LIMIT 100)) AS t
                     ORDER BY task_name, task_instance LIMIT 1000
                    """)
                .map(
                    (row, context) ->
                        new Task(
                            row.getString("task_name"),
                            row.getString("task_instance"),
                            instant(row, "execution_time").orElseThrow(),
                            row.getBoolean("picked")
                                ? Optional.ofNullable(row.getString("picked_by"))
                                : Optional.empty(),
                            instant(row, "last_success"),
                            instant(row, "last_failure"),
                            row.getInt("failures")))
                .list());
  }

  /**
   * The latest runs, the newest first.
   *
   * @param task of this task; empty for all
   */
  public List<Run> runs(Optional<String> task, int most) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT * FROM job_runs
                     WHERE :task::text IS NULL OR task_name = :task
                     ORDER BY run_id DESC LIMIT :most
                    """)
                .bind("task", task.orElse(null))
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Run(
                            row.getString("task_name"),
                            row.getString("task_instance"),
                            row.getString("worker"),
                            instant(row, "started_at").orElseThrow(),
                            instant(row, "finished_at").orElseThrow(),
                            row.getBoolean("succeeded"),
                            Optional.ofNullable(row.getString("message"))))
                .list());
  }

  /** Records a run, and deletes the oldest of its task beyond those that are kept. */
  public void record(Run run) {
    database.inTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO job_runs (task_name, task_instance, worker, started_at, finished_at,
                                        succeeded, message)
                  VALUES (:task, :instance, :worker, :started, :finished, :succeeded, :message)
                  """)
              .bind("task", run.task())
              .bind("instance", run.instance())
              .bind("worker", run.worker())
              .bind("started", run.started().atOffset(ZoneOffset.UTC))
              .bind("finished", run.finished().atOffset(ZoneOffset.UTC))
              .bind("succeeded", run.succeeded())
              .bind("message", run.message().orElse(null))
              .execute();
          return handle
              .createUpdate(
                  """
                  DELETE FROM job_runs
                   WHERE task_name = :task AND succeeded = :succeeded
                     AND run_id < (SELECT min(run_id) FROM (
                           SELECT run_id FROM job_runs
                            WHERE task_name = :task AND succeeded = :succeeded
                            ORDER BY run_id DESC LIMIT :keep) AS kept)
                  """)
              .bind("task", run.task())
              .bind("succeeded", run.succeeded())
              .bind("keep", run.succeeded() ? KEEP_SUCCEEDED : KEEP_FAILED)
              .execute();
        });
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
