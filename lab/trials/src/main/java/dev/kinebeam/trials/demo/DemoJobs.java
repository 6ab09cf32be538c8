package dev.kinebeam.trials.demo;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.InProcessFlink;
import dev.kinebeam.beam.flink.Restarts;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.alerts.AlertTimes;
import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.cluster.FlinkCluster;
import dev.kinebeam.programs.flink.BuildId;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.programs.flink.SavedStates;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.StreamingRenders;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;

/** Both Beam jobs on Flink: in this process, or telemetry on a cluster of processes. */
final class DemoJobs implements AutoCloseable {
  private static final int TELEMETRY_SLOTS = 2;
  private static final int TASK_MANAGERS = 2;
  private static final int RENDER_SLOTS = 2;
  private static final long CACHE_BYTES = 20L << 30;
  private static final Duration PLAYABLE_WITHIN = Duration.ofMinutes(10);
  private static final Duration MAX_OUTAGE = Duration.ofMinutes(5);
  private static final int USUAL_PORT = 8081;

  /** How long silent sessions are waited for here. */
  static final SilenceTimeouts SILENCE =
      new SilenceTimeouts(
          DemoSettings.PLAYING_TIMEOUT,
          DemoSettings.PAUSED_TIMEOUT,
          SilenceTimeouts.DEFAULT.forgotten());

  private static final Duration JUDGED_EVERY = Duration.ofSeconds(1);

  private final InProcessFlink flink;
  private final Optional<Cluster> cluster;

  /**
   * The cluster that carries telemetry.
   *
   * @param found whether it ran before: then it is whoever started it who stops it
   */
  private record Cluster(FlinkCluster flink, boolean found) {
    void leave() throws IOException {
      if (!found) {
        flink.stopProcesses();
      }
    }
  }

  private DemoJobs(InProcessFlink flink, Optional<Cluster> cluster) {
    this.flink = flink;
    this.cluster = cluster;
  }

  static DemoJobs start(Endpoints endpoints, DemoSettings settings, Consumer<String> progress)
      throws IOException {
    Optional<Cluster> cluster = Optional.empty();
    if (settings.cluster()) {
      cluster = Optional.of(startCluster(endpoints, settings, progress));
    }
    InProcessFlink flink = null;
    try {
      flink =
          InProcessFlink.start(
              InProcessFlink.Settings.of(
                      RENDER_SLOTS + (settings.cluster() ? 0 : TELEMETRY_SLOTS), Restarts.ALWAYS)
                  .withPage(OptionalInt.of(FreePorts.isFree(USUAL_PORT) ? USUAL_PORT : 0))
                  .in(Folders.createPrivate(settings.dataDir().resolve("flink"))));
      DemoJobs jobs = new DemoJobs(flink, cluster);
      if (!settings.cluster()) {
        submitTelemetry(flink, endpoints, settings);
      }
      submitRender(flink, endpoints, settings);
      return jobs;
    } catch (IOException | RuntimeException e) {
      if (flink != null) {
        flink.close();
      }
      if (cluster.isPresent()) {
        cluster.get().leave();
      }
      throw e;
    }
  }

  /** A job of an earlier run knows neither this run's ports nor its passwords. */
  private static Cluster startCluster(
      Endpoints endpoints, DemoSettings settings, Consumer<String> progress) throws IOException {
    FlinkCluster cluster =
        FlinkCluster.in(
            FlinkCluster.folderIn(settings.dataDir()), PortChoice.USUAL_OR_FREE, progress);
    boolean found = !cluster.processes().isEmpty();
    cluster.start(TASK_MANAGERS);
    Optional<FlinkRest.Job> earlier = cluster.rest().live(TelemetryJob.NAME);
    if (earlier.isPresent()) {
      cluster.rest().cancel(earlier.get().id(), Duration.ofMinutes(1));
    }
    cluster.submitTelemetry(
        telemetry(endpoints, "telemetry"), TELEMETRY_SLOTS, Duration.ofSeconds(10));
    progress.accept("telemetry runs on a Flink cluster, page at " + cluster.page());
    return new Cluster(cluster, found);
  }

  /** What the telemetry job logs in with. */
  static DatabaseSettings pipelineLogin(Endpoints endpoints) {
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    return new DatabaseSettings(endpoints.database().url(), login.user(), login.password());
  }

  private static TelemetrySettings telemetry(Endpoints endpoints, String group) {
    return TelemetrySettings.of(endpoints.kafka(), pipelineLogin(endpoints))
        .waiting(SILENCE, DemoSettings.LIVE_EVERY)
        .alerting(
            AlertTimes.DEFAULT
                .recent(Incidents.WINDOW, JUDGED_EVERY, Incidents.RESOLVED_AFTER)
                .exercise(Incidents.EXERCISE_WINDOW))
        .reading(Topics.MEDIA_EVENTS, group);
  }

  /**
   * This cluster ends with the process, its checkpoints stay: the job resumes from the newest one
   * of the very same build. Where there is none a group of its own reads the topic from its
   * beginning, so that sessions cut in two by the end of an earlier process are made whole; the
   * merge function makes the rest of the reading harmless.
   */
  private static void submitTelemetry(
      InProcessFlink flink, Endpoints endpoints, DemoSettings settings) throws IOException {
    Path checkpoints =
        settings
            .dataDir()
            .resolve("flink")
            .resolve(
                "telemetry-"
                    + BuildId.of(
                        TelemetryJob.class, DatabaseSettings.class, Topics.class, Pipeline.class)
                    // A saved source keeps the address that it read from.
                    + endpoints.kafkaBootstrapServers().replaceAll("[^0-9]+", "-"));
    Optional<Path> newest = SavedStates.newest(List.of(checkpoints));
    TelemetryJob.submit(
        telemetry(endpoints, newest.isPresent() ? "telemetry" : "telemetry-" + UUID.randomUUID()),
        FlinkSettings.here(TELEMETRY_SLOTS)
            .checkpointingTo(checkpoints.toUri().toString())
            .restoring(newest.map(state -> state.toUri().toString())),
        flink);
  }

  private static void submitRender(
      InProcessFlink flink, Endpoints endpoints, DemoSettings settings) {
    StreamingRenders.submit(
        endpoints.kafka(),
        ConfiguredTools.of(
            endpoints.toEnvironment(ProgramRole.RENDER),
            settings.dataDir().resolve("render"),
            settings.profile(),
            CACHE_BYTES,
            PLAYABLE_WITHIN,
            MAX_OUTAGE),
        FlinkSettings.here(RENDER_SLOTS),
        flink);
  }

  String version() {
    return InProcessFlink.version();
  }

  URI page() {
    return flink.page().orElseThrow();
  }

  /** The cluster's job could not continue without the stack: it stops where it can be resumed. */
  @Override
  public void close() throws IOException {
    try {
      if (cluster.isPresent()) {
        FlinkCluster running = cluster.get().flink();
        Optional<FlinkRest.Job> job = running.rest().live(TelemetryJob.NAME);
        if (job.isPresent()) {
          running.stopJob(job.get());
        }
        cluster.get().leave();
      }
    } finally {
      flink.close();
    }
  }
}
