package dev.kinebeam.programs.cluster;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.flink.SavedStates;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.PortChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Flink cluster of real processes on loopback: a JobManager and TaskManagers, which outlive the
 * command that started them and are found again by their pid files. All it keeps (logs,
 * checkpoints, savepoints, pid files) is in one folder.
 *
 * <p>A session cluster without ZooKeeper or Kubernetes loses its jobs with its JobManager: after a
 * restart they must be submitted again, and they resume from {@link #newestState}.
 */
public final class FlinkCluster {
  public static final String JOB_MANAGER = "jobmanager";

  /** More are never looked for. */
  static final int MAX_TASK_MANAGERS = 16;

  private static final int ATTEMPTS = 3;
  private static final Duration READY_WITHIN = Duration.ofMinutes(3);
  private static final Duration CANCELLED_WITHIN = Duration.ofMinutes(1);

  /** How long a savepoint may take unless set otherwise. */
  static final Duration SAVED_WITHIN = Duration.ofMinutes(1);

  private final Path folder;
  private final PortChoice ports;
  private final Consumer<String> progress;

  private FlinkCluster(Path folder, PortChoice ports, Consumer<String> progress) {
    this.folder = folder.toAbsolutePath().normalize();
    this.ports = ports;
    this.progress = progress;
  }

  /** The cluster that keeps its things in this folder, whether it runs or not. */
  public static FlinkCluster in(Path folder, PortChoice ports, Consumer<String> progress) {
    return new FlinkCluster(folder, ports, progress);
  }

  /** Where a cluster keeps its things in the folder of a stack. */
  public static Path folderIn(Path dataDir) {
    return dataDir.resolve("flink-cluster");
  }

  /** The name of a TaskManager, counted from 1. */
  public static String taskManager(int number) {
    return "taskmanager-" + number;
  }

  /**
   * Starts whatever of the cluster does not run, and waits until all of it does. Running processes
   * are left alone, so this also repairs a cluster that has lost some.
   *
   * @throws IOException naming the process that failed, with the end of its log
   */
  public void start(int taskManagers) throws IOException {
    for (int attempt = 1; ; attempt++) {
      ClusterPorts at = portsToStartWith();
      try {
        startAt(at, taskManagers);
        return;
      } catch (IOException e) {
        // Another process may have taken a port since it was found free.
        boolean lost = Daemon.running(JOB_MANAGER, folder).isEmpty() && at.isOneTaken();
        if (attempt == ATTEMPTS || !lost) {
          throw e;
        }
        progress.accept("another process took a port of the JobManager; trying others");
        // They look for the JobManager at the old port.
        stopProcesses();
      }
    }
  }

  private void startAt(ClusterPorts at, int taskManagers) throws IOException {
    ClusterPrograms programs = new ClusterPrograms(folder, at);
    List<Daemon> all = new ArrayList<>();
    all.add(startOrFind(JOB_MANAGER, programs::jobManager));
    for (int i = 1; i <= taskManagers; i++) {
      String name = taskManager(i);
      all.add(startOrFind(name, () -> programs.taskManager(name)));
    }
    FlinkRest rest = rest();
    await(
        "the cluster is not complete",
        READY_WITHIN,
        () -> {
          for (Daemon daemon : all) {
            if (!daemon.isAlive()) {
              throw new IOException(daemon.name() + " ended; " + daemon.lastWords());
            }
          }
          return rest.answers() && rest.taskManagers() >= taskManagers;
        });
  }

  private ClusterPorts portsToStartWith() throws IOException {
    Optional<ClusterPorts> known = ClusterPorts.known(portsFile());
    return known.isPresent() && !processes().isEmpty()
        ? known.get()
        : ClusterPorts.choose(portsFile(), ports);
  }

  private Daemon startOrFind(String name, ClusterPrograms.Program program) throws IOException {
    Optional<Daemon> running = Daemon.running(name, folder);
    if (running.isPresent()) {
      return running.get();
    }
    progress.accept("starting " + name);
    return Daemon.start(program.make(), folder);
  }

  private Path portsFile() {
    return folder.resolve("ports");
  }

  /** The processes that run at this moment. */
  public List<Daemon> processes() throws IOException {
    List<Daemon> running = new ArrayList<>();
    Daemon.running(JOB_MANAGER, folder).ifPresent(running::add);
    for (int i = 1; i <= MAX_TASK_MANAGERS; i++) {
      Daemon.running(taskManager(i), folder).ifPresent(running::add);
    }
    return running;
  }

  /** Flink's own page, which is also where its REST interface is. */
  public URI page() throws IOException {
    return ClusterPorts.known(portsFile())
        .map(at -> URI.create("http://127.0.0.1:" + at.rest()))
        .orElseThrow(
            () ->
                new IOException(
                    "no cluster was ever started in " + folder + ": run 'kinebeam cluster start'"));
  }

  public FlinkRest rest() throws IOException {
    return new FlinkRest(page());
  }

  /** {@code host:port} for a job's {@code --flink-master}. */
  public String master() throws IOException {
    URI page = page();
    return page.getHost() + ":" + page.getPort();
  }

  /** Where a job's checkpoints go; one folder per job, so that each finds its own again. */
  public Path checkpoints(String job) {
    return folder.resolve("checkpoints").resolve(job);
  }

  private Path savepoints(String job) {
    return folder.resolve("savepoints").resolve(job);
  }

  /** The newest savepoint or complete checkpoint of a job. */
  public Optional<Path> newestState(String job) throws IOException {
    return SavedStates.newest(List.of(checkpoints(job), savepoints(job)));
  }

  /** The jars that the telemetry job takes with it. */
  public static List<String> telemetryJars() throws IOException {
    return ClassPaths.ofTelemetry();
  }

  /**
   * Submits the telemetry job, resuming from its newest state if there is one, and waits until all
   * its tasks run.
   */
  public void submitTelemetry(TelemetrySettings settings, int parallelism, Duration checkpointEvery)
      throws IOException {
    requireNone(TelemetryJob.NAME);
    TelemetryJob.submit(
        settings,
        FlinkSettings.on(master(), parallelism)
            .checkpointingEvery(checkpointEvery)
            .checkpointingTo(checkpoints(TelemetryJob.NAME).toUri().toString())
            .restoring(newestState(TelemetryJob.NAME).map(state -> state.toUri().toString())),
        telemetryJars());
    awaitRunning(TelemetryJob.NAME);
  }

  /** Two of one job would read everything twice; refused. */
  void requireNone(String job) throws IOException {
    Optional<FlinkRest.Job> live = rest().live(job);
    if (live.isPresent()) {
      throw new IOException(
          "%s runs already, as job %s at %s: stop it first with 'kinebeam cluster stop'"
              .formatted(job, live.get().id(), page()));
    }
  }

  /** Returns when every task of the job runs. */
  public void awaitRunning(String job) throws IOException {
    FlinkRest rest = rest();
    await(
        "job " + job + " does not run; its exceptions are at " + page(),
        READY_WITHIN,
        () -> rest.live(job).filter(FlinkRest.Job::runsWhole).isPresent());
  }

  /** Stops a job with a savepoint from which it resumes exactly; returns the savepoint's path. */
  public String stopJob(FlinkRest.Job job) throws IOException {
    return stopJob(job, SAVED_WITHIN);
  }

  /**
   * Stops a job with a savepoint from which it resumes exactly; returns the savepoint's path.
   *
   * @throws IOException when there is no savepoint within this time; says what to do
   */
  String stopJob(FlinkRest.Job job, Duration within) throws IOException {
    try {
      return rest().stopWithSavepoint(job.id(), savepoints(job.name()).toUri().toString(), within);
    } catch (IOException e) {
      throw new IOException(
          """
          %s was not stopped (%s, %s): %s
          No savepoint can be written while a service that the job needs is unavailable, or has moved to another port. \
          Stop it with --no-savepoint and it continues from its newest checkpoint, or give --savepoint-within more time.\
          """
              .formatted(job.name(), job.state(), job.tasksAtWork(), e.getMessage()),
          e);
    }
  }

  /** Ends a job without a savepoint; its newest checkpoint stays. */
  void cancelJob(FlinkRest.Job job) throws IOException {
    rest().cancel(job.id(), CANCELLED_WITHIN);
  }

  /** Ends one process as a crash would. */
  public void kill(String name) throws IOException {
    Daemon.running(name, folder)
        .orElseThrow(() -> new IOException(name + " does not run in " + folder))
        .kill();
  }

  /** Ends every process; jobs that still run can resume from their newest checkpoint. */
  public void stopProcesses() throws IOException {
    IOException failure = null;
    // TaskManagers first: one that loses its JobManager complains into its log.
    List<Daemon> running = new ArrayList<>(processes());
    Collections.reverse(running);
    for (Daemon daemon : running) {
      try {
        daemon.stop();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** A condition that may fail while it does not hold yet. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(String failure, Duration limit, Condition condition)
      throws IOException {
    RetryDelays polls = RetryDelays.begin(FlinkRest.POLLS.within(limit));
    while (!condition.holds()) {
      if (!polls.pause("waiting for the cluster")) {
        throw new IOException(failure + " after " + limit.toSeconds() + " s");
      }
    }
  }
}
