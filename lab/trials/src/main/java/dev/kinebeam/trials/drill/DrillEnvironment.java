package dev.kinebeam.trials.drill;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a drill breaks: a fresh stack, the gateway, a Flink cluster with the telemetry job, all of
 * them processes of their own. What a killed drill left running on the folder is stopped first.
 */
final class DrillEnvironment implements AutoCloseable {
  static final int TASK_MANAGERS = 2;
  static final int PARALLELISM = 2;

  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(3);
  private static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(
          Duration.ofSeconds(15), Duration.ofSeconds(25), SilenceTimeouts.DEFAULT.forgotten());
  private static final Duration LIVE_EVERY = Duration.ofSeconds(1);

  private final RunningParts parts = new RunningParts();
  private final List<Clinics.Patient> patients;
  private final Consumer<String> progress;
  private LocalStack stack;
  private FlinkCluster cluster;
  private ServerProcess gateway;
  private DemoDatabase database;
  private AddedPartitions added;
  private DatabaseLoss.Report loss;

  private DrillEnvironment(List<Clinics.Patient> patients, Consumer<String> progress) {
    this.patients = patients;
    this.progress = progress;
  }

  static DrillEnvironment open(
      Path folder, List<Clinics.Patient> patients, Consumer<String> progress)
      throws IOException, SQLException {
    DrillEnvironment environment = new DrillEnvironment(patients, progress);
    environment.parts.startOrClose(() -> environment.start(folder));
    return environment;
  }

  private void start(Path folder) throws IOException, SQLException {
    cluster = FlinkCluster.in(FlinkCluster.folderIn(folder), PortChoice.FREE, progress);
    cluster.stopProcesses();
    StackSettings settings =
        StackSettings.keeping(folder).withPorts(PortChoice.FREE).withProgress(progress);
    LocalStack.clear(settings);
    stack = LocalStack.start(settings);
    parts.keep(stack::close);
    database = new DemoDatabase(stack.endpoints().database());
    database.fill(patients);
    gateway = ServerProcess.gateway(stack.endpoints(), folder, 0);
    parts.keep(gateway);
    parts.keep(
        ServerProcess.coreApi(stack.endpoints(), folder, 0, "--gateway-url=" + gateway.address()));
    parts.keep(ServerProcess.worker(stack.endpoints(), folder));
    progress.accept("gateway ready at " + gateway.address());
    parts.keep(cluster::stopProcesses);
    cluster.start(TASK_MANAGERS);
    submitTelemetry();
    progress.accept("telemetry runs on Flink, page at " + cluster.page());
  }

  /** Gives the cluster its job, or gives it back after its JobManager was lost. */
  void submitTelemetry() throws IOException {
    submitTelemetry(PARALLELISM);
  }

  private void submitTelemetry(int parallelism) throws IOException {
    Endpoints endpoints = stack.endpoints();
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    cluster.submitTelemetry(
        TelemetrySettings.of(
                endpoints.kafka(),
                new DatabaseSettings(endpoints.database().url(), login.user(), login.password()))
            .reading(Topics.MEDIA_EVENTS, "telemetry")
            .waiting(SILENCE, LIVE_EVERY),
        parallelism,
        CHECKPOINT_EVERY);
  }

  /** Stops the job with a savepoint and resumes it; returns after its first checkpoint. */
  void rescale(int parallelism) throws Exception {
    FlinkRest flink = cluster.rest();
    cluster.stopJob(live(flink));
    submitTelemetry(parallelism);
    progress.accept("telemetry runs with parallelism " + parallelism);
    String job = live(flink).id();
    Drill.until("a checkpoint with parallelism " + parallelism, () -> flink.checkpoints(job) > 0);
  }

  private static FlinkRest.Job live(FlinkRest flink) throws IOException {
    return flink
        .live(TelemetryJob.NAME)
        .orElseThrow(() -> new IOException("the telemetry job does not run"));
  }

  void addPartitions(int more) throws IOException {
    added = AddedPartitions.add(kafka(), more);
  }

  boolean newPartitionsHoldEvents() throws IOException {
    return added.allHoldEvents();
  }

  /** Gives each table so many monthly partitions, most of them in the past. */
  void makeMonths(int months) throws SQLException {
    try (Connection owner = database.owner().getConnection();
        PreparedStatement make =
            owner.prepareStatement("SELECT ensure_media_partitions(now(), ?, 2)")) {
      make.setInt(1, months - 3);
      make.execute();
    }
  }

  /** Loses the database with its files and restores it from a base backup and the archive. */
  void loseDatabase() throws Exception {
    loss = new DatabaseLoss(stack, database.owner(), SILENCE, progress).run();
  }

  /** What the loss of the database cost; empty in other drills. */
  Optional<DatabaseLoss.Report> loss() {
    return Optional.ofNullable(loss);
  }

  LocalStack stack() {
    return stack;
  }

  FlinkCluster cluster() {
    return cluster;
  }

  ServerProcess gateway() {
    return gateway;
  }

  List<Clinics.Patient> patients() {
    return patients;
  }

  String kafka() {
    return stack.endpoints().kafkaBootstrapServers();
  }

  Accounting accounting() {
    return new Accounting(database.owner());
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
