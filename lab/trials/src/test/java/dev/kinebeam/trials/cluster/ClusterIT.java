package dev.kinebeam.trials.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetryMain;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.demo.EventFeed;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.SentSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A JobManager and two TaskManagers as processes; one of them is killed, and all are stopped. */
class ClusterIT {
  private static final int SESSIONS = 24;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void aLostWorkerAndAStopWithSavepointLoseAndDoubleNothing() throws Exception {
    FlinkCluster cluster =
        FlinkCluster.in(FlinkCluster.folderIn(folder), PortChoice.FREE, line -> {});
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(folder.resolve("stack")));
        EventFeed feed =
            new EventFeed(stack.endpoints().kafkaBootstrapServers(), Topics.MEDIA_EVENTS)) {
      Accounting accounting =
          new Accounting(new DemoDatabase(stack.endpoints().database()).owner());
      List<SentSession> sessions = sessions();
      List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
      for (SentSession session : sessions) {
        records.addAll(feed.records(session));
      }
      int third = records.size() / 3;

      cluster.start(2);
      submit(cluster, stack);
      assertThatThrownBy(() -> submit(cluster, stack))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("telemetry runs already");
      feed.send(records.subList(0, third));
      FlinkRest rest = cluster.rest();
      String job = rest.live(TelemetryJob.NAME).orElseThrow().id();
      until("rows", () -> accounting.eventsCounted() > 0);
      until("a checkpoint", () -> rest.checkpoints(job) > 0);
      until(
          "the JobManager exports the checkpoint's age",
          () ->
              metrics(cluster, FlinkCluster.JOB_MANAGER)
                  .contains("kinebeam_job_checkpoint_age_seconds{flink_job=\"telemetry\"}"));
      until(
          "a worker exports what its job's steps wait for, and how far they are",
          () ->
              metrics(cluster, FlinkCluster.taskManager(2))
                      .lines()
                      .filter(
                          line ->
                              line.matches("kinebeam_dependency_up\\{dependency=\"kafka\".*} 1")
                                  || line.matches(
                                      "kinebeam_dependency_up\\{dependency=\"postgresql\".*} 1")
                                  || line.startsWith("kinebeam_event_row_delay_seconds ")
                                  || line.startsWith(
                                      "kinebeam_unread_partitions{group=\"telemetry\""))
                      .count()
                  == 4);

      cluster.kill(FlinkCluster.taskManager(1));
      feed.send(records.subList(third, 2 * third));
      cluster.start(2);
      until("started again", () -> rest.restarts(job).orElse(0) > 0);
      cluster.awaitRunning(TelemetryJob.NAME);

      String savepoint = cluster.stopJob(rest.live(TelemetryJob.NAME).orElseThrow());
      assertThat(cluster.newestState(TelemetryJob.NAME)).contains(Path.of(URI.create(savepoint)));
      cluster.stopProcesses();
      assertThat(cluster.processes()).isEmpty();

      feed.send(records.subList(2 * third, records.size()));
      cluster.start(2);
      assertThat(refusal(cluster, stack, folder.resolve("nothing")))
          .contains(folder.resolve("nothing").toString())
          .contains("--fresh")
          .doesNotContain("\tat ");
      // The state of two workers is dealt out to four.
      submit(cluster, stack, 4);
      until("all closed", () -> accounting.closed(sessions) == SESSIONS);
      until("all equal", () -> differences(accounting, sessions).isEmpty());
    } finally {
      cluster.stopProcesses();
    }
  }

  /** By the address that the process's log names last. */
  private static String metrics(FlinkCluster cluster, String name) throws Exception {
    for (Daemon process : cluster.processes()) {
      if (process.name().equals(name)) {
        List<String> addresses =
            Pattern.compile("health and metrics of \\S+ at (http://\\S+)/readyz")
                .matcher(Files.readString(process.log()))
                .results()
                .map(found -> found.group(1))
                .toList();
        if (addresses.isEmpty()) {
          throw new IOException(name + " has not named its admin port yet");
        }
        URI page = URI.create(addresses.get(addresses.size() - 1) + "/metrics");
        return HTTP.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
            .body();
      }
    }
    throw new IOException(name + " does not run");
  }

  private static List<String> differences(Accounting accounting, List<SentSession> sessions)
      throws Exception {
    List<String> all = new ArrayList<>(accounting.sessions(sessions).differences());
    all.addAll(accounting.stalls(sessions).differences());
    return all;
  }

  /** What {@code telemetry} says when it is to resume from this place. */
  private static String refusal(FlinkCluster cluster, LocalStack stack, Path place)
      throws IOException {
    Map<String, String> env = stack.endpoints().toEnvironment(ProgramRole.PIPELINE);
    StringWriter said = new StringWriter();
    int exit =
        new CommandLine(new TelemetryMain(env))
            .setErr(new PrintWriter(said))
            .execute(
                "--kafka-bootstrap-servers=" + env.get("KAFKA_BOOTSTRAP_SERVERS"),
                "--database-url=" + env.get("DATABASE_URL"),
                "--database-user=" + env.get("DATABASE_USER"),
                "--flink-master=" + cluster.master(),
                "--jars=" + String.join(",", FlinkCluster.telemetryJars()),
                "--restore-from=" + place);
    assertThat(exit).isEqualTo(1);
    return said.toString();
  }

  private static void submit(FlinkCluster cluster, LocalStack stack) throws IOException {
    submit(cluster, stack, 2);
  }

  private static void submit(FlinkCluster cluster, LocalStack stack, int parallelism)
      throws IOException {
    Endpoints endpoints = stack.endpoints();
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    cluster.submitTelemetry(
        TelemetrySettings.of(
                endpoints.kafka(),
                new DatabaseSettings(endpoints.database().url(), login.user(), login.password()))
            .waiting(
                new SilenceTimeouts(
                    Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofHours(1)),
                Duration.ofSeconds(1)),
        parallelism,
        Duration.ofSeconds(1));
  }

  private static List<SentSession> sessions() {
    Patients writer = Patients.seeded(11);
    List<Clinics.Patient> patients = Clinics.patients(8);
    List<SentSession> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(
          new SentSession(
              writer.session(new UUID(0xc1a5, i), "hashed", new UUID(1, 1), 120),
              patients.get(i % patients.size()),
              System.currentTimeMillis() - 3_600_000));
    }
    return sessions;
  }

  private static void until(String what, Callable<Boolean> condition) throws Exception {
    Eventually.until(what, () -> holds(condition));
  }

  /** Flink does not report everything of a job that is just starting. */
  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException notYet) {
      return false;
    }
  }
}
