package dev.kinebeam.worker;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOutbox;
import dev.kinebeam.catalog.db.WorkerJobs;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam worker status}: what the workers do, from the database alone. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Prints the workers' tasks, their latest runs, and the orders that wait.",
    footer = {"", "Login: a member of kinebeam_worker, usually kb_worker (DATABASE_PASSWORD)."})
final class StatusCommand implements Callable<Integer> {
  private static final int RUNS = 10;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Mixin private DatabaseOptions database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    DatabaseSettings login;
    try {
      login = database.settingsOrLocal(System.getenv(), "kb_worker");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "worker status: " + e.getMessage(), e);
    }
    try (Database opened = Database.open(login, 1, Duration.ofSeconds(5))) {
      WorkerJobs jobs = new WorkerJobs(opened);
      print(jobs.tasks(), jobs.runs(Optional.empty(), RUNS), new RenderOutbox(opened).standing());
    }
    return 0;
  }

  private void print(
      List<WorkerJobs.Task> tasks, List<WorkerJobs.Run> runs, RenderOutbox.Standing orders) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("tasks", tasks.stream().map(WorkerJobs.Task::view).toList());
      all.put("runs", runs.stream().map(WorkerJobs.Run::view).toList());
      all.put("orders_waiting", orders.waiting());
      all.put("orders_in_flight", orders.inFlight());
      out.println(new String(Json.bytes(all), StandardCharsets.UTF_8));
      out.flush();
      return;
    }
    out.printf(
        "%-20s %-22s %-22s %8s  %s%n", "TASK", "NEXT", "LAST SUCCESS", "FAILURES", "RUNNING");
    for (WorkerJobs.Task task : tasks) {
      out.printf(
          "%-20s %-22s %-22s %8d  %s%n",
          task.name(),
          task.next().truncatedTo(ChronoUnit.SECONDS),
          task.lastSuccess().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-"),
          task.failures(),
          task.running().orElse("-"));
    }
    if (tasks.isEmpty()) {
      out.println("no worker has run on this database yet");
    }
    for (RenderLane lane : RenderLane.values()) {
      out.printf(
          "orders, %s: %d wait, %d are on their way%n",
          lane.word(), orders.waiting(lane), orders.inFlight(lane));
    }
    for (WorkerJobs.Run run : runs) {
      out.printf(
          "%s %s %s: %s%n",
          run.finished().truncatedTo(ChronoUnit.SECONDS),
          run.task(),
          run.succeeded() ? "done" : "FAILED",
          run.message().orElse(""));
    }
    out.flush();
  }
}
