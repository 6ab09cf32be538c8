package dev.kinebeam.trials.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.cli.CheckoutMain;
import dev.kinebeam.trials.sockets.ListeningSockets.Listening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every program listens on loopback only, and no server of any takes a job or a jar. */
class ListeningSocketsIT {
  @TempDir Path folder;

  private final List<Daemon> started = new ArrayList<>();
  private SocketWatch sockets;

  @BeforeEach
  void watch() {
    sockets = new SocketWatch(folder);
  }

  @AfterEach
  void stop() throws Exception {
    cluster().stopProcesses();
    Collections.reverse(started);
    for (Daemon daemon : started) {
      daemon.stop();
    }
  }

  @Test
  void programsListenOnLoopbackOnlyAndTakeNeitherJobsNorJars() throws Exception {
    Daemon stack = start("stack", Map.of(), "stack", "--data-dir=" + folder);
    until("the stack", () -> Files.readString(stack.log()).contains("Ready in"));
    Map<String, String> pipeline = environment(ProgramRole.PIPELINE);

    start("archive", pipeline, "archive", "--spool-dir=" + folder.resolve("spool"));
    Daemon gateway =
        start("gateway", environment(ProgramRole.GATEWAY), "gateway", "--port=0", "--admin-port=0");
    Daemon coreApi =
        start(
            "core-api",
            environment(ProgramRole.CORE_API),
            "core-api",
            "--port=0",
            "--admin-port=0");
    Daemon worker = start("worker", environment(ProgramRole.WORKER), "worker", "--admin-port=0");
    start("telemetry", pipeline, job("telemetry", "telemetry"));
    start("telemetry-ui", pipeline, job("telemetry", "telemetry-ui", "--group=ui", "--flink-ui=0"));
    start(
        "render",
        environment(ProgramRole.RENDER),
        job("render", "render", "--kafka", "--dir=" + folder.resolve("render")));
    cluster().start(1);
    until(
        "all programs",
        () ->
            of(gateway.name()).count() >= 2
                && of(coreApi.name()).count() >= 2
                && of(worker.name()).count() >= 1
                && isCheckpointed("telemetry")
                && isCheckpointed("telemetry-ui")
                && isCheckpointed("render"));
    for (List<String> command :
        List.of(
            List.of("backfill", "--from=2026-11-20T10:00Z", "--to=2026-11-20T11:00Z"),
            List.of("dead-letters", "list"))) {
      Daemon once = start(command.get(0), pipeline, command.toArray(String[]::new));
      until(command.get(0), () -> !once.isAlive());
    }

    assertThat(programs())
        .contains(
            "kafka",
            "s3",
            "bunny-stream",
            "gateway",
            "core-api",
            "worker",
            "telemetry",
            "telemetry-ui",
            "render",
            FlinkCluster.JOB_MANAGER,
            FlinkCluster.taskManager(1))
        .anyMatch(name -> name.endsWith("postgres"));
    assertThat(sockets.seen()).allMatch(Listening::isLoopbackOnly);
    assertThat(sockets.takingSubmissions()).isEmpty();
    assertThat(sockets.withFlinkPage())
        .containsExactlyInAnyOrder("telemetry-ui", FlinkCluster.JOB_MANAGER);
  }

  private FlinkCluster cluster() {
    return FlinkCluster.in(FlinkCluster.folderIn(folder), PortChoice.FREE, line -> {});
  }

  private Map<String, String> environment(ProgramRole program) throws IOException {
    return EnvFiles.read(folder.resolve("env"), program);
  }

  private String[] job(String command, String name, String... flags) {
    return Stream.concat(
            Stream.of(
                command,
                "--checkpoint-every=PT1S",
                "--parallelism=1",
                "--checkpoint-dir=" + folder.resolve("checkpoints").resolve(name)),
            Stream.of(flags))
        .toArray(String[]::new);
  }

  private Daemon start(String name, Map<String, String> environment, String... arguments)
      throws IOException {
    JavaProgram program =
        new JavaProgram(
            name,
            System.getProperty("java.class.path"),
            CheckoutMain.class.getName(),
            List.of(
                "@" + ProjectHome.folder().resolve("flink-conf").resolve("jvm.options"),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dkinebeam.home=" + ProjectHome.folder()),
            List.of(arguments),
            environment);
    Daemon daemon = Daemon.start(program, folder);
    started.add(daemon);
    return daemon;
  }

  private boolean isCheckpointed(String name) throws IOException {
    Path checkpoints = folder.resolve("checkpoints").resolve(name);
    if (!Files.exists(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files.anyMatch(file -> file.endsWith("_metadata"));
    } catch (UncheckedIOException replaced) {
      return false;
    }
  }

  /** Looks at the sockets of all programs for as long as it waits. */
  private void until(String what, Callable<Boolean> condition) throws Exception {
    Eventually.until(
        () -> what + ": " + tails(),
        () -> {
          sockets.observe();
          return condition.call();
        });
    sockets.observe();
  }

  private String tails() {
    return started.stream().map(Daemon::lastWords).collect(Collectors.joining("\n"));
  }

  private Stream<Listening> of(String program) {
    return sockets.seen().stream().filter(socket -> socket.program().equals(program));
  }

  private Set<String> programs() {
    return sockets.seen().stream()
        .map(Listening::program)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
