package dev.kinebeam.programs.flink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks a Flink cluster over its REST interface. Every answer is of the moment of the call. */
public final class FlinkRest {
  private static final int LONGEST_ANSWER = 16 << 20;

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  /** Between two requests for a state that is waited for. */
  public static final RetryPolicy POLLS = RetryPolicy.every(Duration.ofMillis(200));

  private final URI cluster;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /**
   * One job.
   *
   * @param state as Flink names it: {@code RUNNING}, {@code RESTARTING}, {@code FINISHED}, …
   * @param tasks of the job
   * @param runningTasks those that run at this moment
   * @param finishedTasks those of bounded sources that have been read
   */
  public record Job(
      String id, String name, String state, int tasks, int runningTasks, int finishedTasks) {
    /** Whether the cluster still means to run it. */
    public boolean isLive() {
      return !List.of("FINISHED", "CANCELED", "FAILED", "SUSPENDED").contains(state);
    }

    /** Whether every task that has not finished runs. */
    public boolean runsWhole() {
      return state.equals("RUNNING") && runningTasks > 0 && runningTasks + finishedTasks == tasks;
    }

    /** "5 of 6 tasks run, 1 has finished". */
    public String tasksAtWork() {
      String run = "%d of %d tasks run".formatted(runningTasks, tasks);
      return finishedTasks == 0
          ? run
          : run + ", %d %s finished".formatted(finishedTasks, finishedTasks == 1 ? "has" : "have");
    }
  }

  public FlinkRest(URI cluster) {
    this.cluster = cluster;
  }

  /** Whether a cluster answers there. */
  public boolean answers() {
    try {
      get("/overview");
      return true;
    } catch (IOException away) {
      return false;
    }
  }

  /** How many task managers have registered. */
  public int taskManagers() throws IOException {
    return get("/taskmanagers").path("taskmanagers").size();
  }

  public List<Job> jobs() throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      jobs.add(
          new Job(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              job.path("tasks").path("total").asInt(),
              job.path("tasks").path("running").asInt(),
              job.path("tasks").path("finished").asInt()));
    }
    return jobs;
  }

  /** The job of this name that has not ended. */
  public Optional<Job> live(String name) throws IOException {
    return jobs().stream().filter(job -> job.name().equals(name) && job.isLive()).findFirst();
  }

  /** When a job last began to start again, in milliseconds since the epoch; 0 if it never did. */
  public long lastRestartMs(String jobId) throws IOException {
    return get("/jobs/" + jobId).path("timestamps").path("RESTARTING").asLong();
  }

  /**
   * How often a job was started again since it was submitted; empty while Flink collects that. The
   * answer is up to ten seconds old: Flink collects its figures when it is asked, for the next
   * time.
   */
  public OptionalLong restarts(String jobId) throws IOException {
    JsonNode metrics = get("/jobs/" + jobId + "/metrics?get=numRestarts");
    return metrics.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(metrics.get(0).path("value").asLong());
  }

  /** How many checkpoints of a job are complete. */
  public long checkpoints(String jobId) throws IOException {
    return get("/jobs/" + jobId + "/checkpoints").path("counts").path("completed").asLong();
  }

  /**
   * Stops a job with a savepoint from which it resumes exactly; returns when it has stopped.
   *
   * @param folder an URL that every worker can write to
   * @return where the savepoint is
   */
  public String stopWithSavepoint(String jobId, String folder, Duration limit) throws IOException {
    String request =
        send(
                "POST",
                "/jobs/" + jobId + "/stop",
                Json.bytes(Map.of("targetDirectory", folder, "drain", false)))
            .path("request-id")
            .asText();
    RetryDelays polls = RetryDelays.begin(POLLS.within(limit));
    do {
      JsonNode answer = get("/jobs/" + jobId + "/savepoints/" + request);
      if (answer.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = answer.path("operation");
        if (operation.has("failure-cause")) {
          throw new IOException(
              "no savepoint of job %s: %s"
                  .formatted(jobId, firstLine(operation.at("/failure-cause/stack-trace"))));
        }
        return operation.path("location").asText();
      }
    } while (polls.pause("waiting for a savepoint"));
    throw new IOException(
        "job %s wrote no savepoint within %d s".formatted(jobId, limit.toSeconds()));
  }

  /** Ends a job at once; its checkpoints stay. Returns when it has ended. */
  public void cancel(String jobId, Duration limit) throws IOException {
    send("PATCH", "/jobs/" + jobId + "?mode=cancel", new byte[0]);
    RetryDelays polls = RetryDelays.begin(POLLS.within(limit));
    while (jobs().stream().anyMatch(job -> job.id().equals(jobId) && job.isLive())) {
      if (!polls.pause("waiting for the end of a job")) {
        throw new IOException("job %s does not end within %s".formatted(jobId, limit));
      }
    }
  }

  private static String firstLine(JsonNode trace) {
    return trace.asText().lines().findFirst().orElse("Flink gives no reason");
  }

  private JsonNode get(String path) throws IOException {
    return send("GET", path, new byte[0]);
  }

  private JsonNode send(String method, String path, byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(cluster.resolve(path))
            .timeout(ANSWER_WITHIN)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, BoundedBody.bytes(LONGEST_ANSWER));
      JsonNode json = Json.MAPPER.readTree(answer.body());
      if (answer.statusCode() >= 300) {
        throw new IOException(
            "Flink at %s answers %s %s with %d: %s"
                .formatted(
                    cluster,
                    method,
                    path,
                    answer.statusCode(),
                    firstLine(json.path("errors").path(0))));
      }
      return json;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Flink was asked", e);
    }
  }
}
