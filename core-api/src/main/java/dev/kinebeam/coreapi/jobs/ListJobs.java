package dev.kinebeam.coreapi.jobs;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code GET /v1/admin/jobs?task=&limit=}: the workers' tasks and their latest runs. */
public record ListJobs(WorkerJobs jobs) implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  public ListJobs(Database database) {
    this(new WorkerJobs(database));
  }

  private record Answer(List<WorkerJobs.TaskView> tasks, List<WorkerJobs.RunView> runs) {}

  @Override
  public Set<String> parameters() {
    return Set.of("task", "limit");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Optional<String> task = inputs.text("task");
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    inputs.check();
    return Reply.json(
        200,
        new Answer(
            jobs.tasks().stream().map(WorkerJobs.Task::view).toList(),
            jobs.runs(task, limit).stream().map(WorkerJobs.Run::view).toList()));
  }
}
