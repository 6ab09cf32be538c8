package dev.kinebeam.trials.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.programs.cluster.ClusterCommand;
import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.PortChoice;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One cluster takes job after job, by its commands. */
class ClusterJobsIT {
  /** A leak would keep the classes of each; at most those of the last job may still be there. */
  private static final int ROUNDS = 3;

  /** The class loader that Flink makes for the jars of a job. */
  private static final String JOB_CLASSES = "org.apache.flink.util.ChildFirstClassLoader";

  @TempDir private Path folder;

  @Test
  void jobAfterJobLeavesNoClassesBehindAndStopsWhenRequested() throws Exception {
    FlinkCluster cluster =
        FlinkCluster.in(FlinkCluster.folderIn(folder), PortChoice.FREE, line -> {});
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(folder.resolve("stack")));
        EventFeed feed =
            new EventFeed(stack.endpoints().kafkaBootstrapServers(), Topics.MEDIA_EVENTS)) {
      EnvFiles.write(stack.endpoints()::toEnvironment, folder.resolve("env"));
      Accounting accounting =
          new Accounting(new DemoDatabase(stack.endpoints().database()).owner());
      cluster.start(1);
      FlinkRest rest = cluster.rest();
      for (int round = 1; round <= ROUNDS; round++) {
        long before = accounting.eventsCounted();
        submit();
        // A job that has read and written has opened everything that it may keep.
        feed.send(feed.records(session(round)));
        Eventually.until("rows of job " + round, () -> accounting.eventsCounted() > before);
        assertThat(cluster("stop", "--jobs-only", "--no-savepoint"))
            .contains("telemetry stopped without a savepoint");
        assertThat(rest.live(TelemetryJob.NAME)).isEmpty();
        assertThat(cluster.processes()).hasSize(2);
      }
      for (Daemon process : cluster.processes()) {
        untilNoClassesAreKept(process);
      }

      submit();
      StringWriter said = new StringWriter();
      assertThat(run(said, "stop", "--jobs-only", "--savepoint-within=PT0.001S")).isEqualTo(1);
      assertThat(said.toString())
          .contains("telemetry was not stopped")
          .contains("--no-savepoint")
          .contains("--savepoint-within");
    } finally {
      cluster.stopProcesses();
    }
  }

  private void submit() {
    cluster(
        "submit", "telemetry", "--parallelism=1", "--checkpoint-every=PT1S", "--live-every=PT1S");
  }

  private String cluster(String... arguments) {
    StringWriter said = new StringWriter();
    assertThat(run(said, arguments)).as(said::toString).isZero();
    return said.toString();
  }

  private int run(StringWriter said, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--data-dir=" + folder);
    return new CommandLine(new ClusterCommand())
        .setOut(new PrintWriter(said))
        .setErr(new PrintWriter(said))
        .execute(all.toArray(String[]::new));
  }

  private static SentSession session(int round) {
    return new SentSession(
        Patients.seeded(round).session(new UUID(0x10b5, round), "hashed", new UUID(1, 1), 30),
        Clinics.patients(1).get(0),
        System.currentTimeMillis() - 3_600_000);
  }

  /** Threads of the last job may end a little after it. */
  private static void untilNoClassesAreKept(Daemon process) throws Exception {
    Eventually.until(
        process.name() + " keeps the classes of at most one of " + ROUNDS + " jobs",
        () -> classLoadersOfJobs(process) <= 1);
  }

  /** Those that are left after a collection of garbage. */
  private static long classLoadersOfJobs(Daemon process) throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(
                jcmd.toString(), Long.toString(process.process().pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String lines = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (histogram.waitFor() != 0) {
      throw new IOException("jcmd of " + process.name() + ": " + lines);
    }
    return lines
        .lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(fields -> fields.length > 3 && fields[3].equals(JOB_CLASSES))
        .mapToLong(fields -> Long.parseLong(fields[1]))
        .sum();
  }
}
