package dev.kinebeam.localstack.demo;

import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.localstack.flink.FlinkHost;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.pipelines.FlinkSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.alerts.AlertTimes;
import dev.kinebeam.pipelines.sessions.Patience;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.FlinkTarget;
import dev.kinebeam.render.job.StreamingRenders;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;

/** Both Beam jobs on a Flink cluster inside this process. */
final class DemoJobs implements AutoCloseable {
  private static final int TELEMETRY_SLOTS = 2;
  private static final int RENDER_SLOTS = 2;
  private static final long CACHE_BYTES = 20L << 30;
  private static final Duration PLAYABLE_WITHIN = Duration.ofMinutes(10);
  private static final int USUAL_PORT = 8081;
  private static final Duration JUDGED_EVERY = Duration.ofSeconds(1);

  private final FlinkHost flink;

  private DemoJobs(FlinkHost flink) {
    this.flink = flink;
  }

  static DemoJobs start(Endpoints endpoints, DemoSettings settings) throws IOException {
    FlinkHost flink =
        FlinkHost.start(
            settings.dataDir().resolve("flink"),
            TELEMETRY_SLOTS + RENDER_SLOTS,
            DemoGateway.isFree(USUAL_PORT) ? USUAL_PORT : 0);
    try {
      submitTelemetry(flink, endpoints);
      submitRender(flink, endpoints, settings);
    } catch (RuntimeException e) {
      flink.close();
      throw e;
    }
    return new DemoJobs(flink);
  }

  /**
   * This cluster forgets its state with the process. A group of its own for each start reads the
   * topic from its beginning, so that sessions cut in two by the end of an earlier process are made
   * whole; the merge law makes the rest of the reading harmless.
   */
  private static void submitTelemetry(FlinkHost flink, Endpoints endpoints) {
    Endpoints.Login login = endpoints.database().programs().get(ProgramRole.PIPELINE);
    TelemetryJob.submit(
        TelemetrySettings.of(
                endpoints.kafkaBootstrapServers(),
                new JdbcSettings(endpoints.database().url(), login.user(), login.password()))
            .waiting(
                new Patience(
                    DemoSettings.PLAYING_TIMEOUT,
                    DemoSettings.PAUSED_TIMEOUT,
                    Patience.DEFAULT.forgotten()),
                DemoSettings.LIVE_EVERY)
            .alerting(
                AlertTimes.DEFAULT
                    .recent(Incidents.WINDOW, JUDGED_EVERY, Incidents.RESOLVED_AFTER)
                    .exercise(Incidents.WINDOW))
            .reading(Topics.MEDIA_EVENTS, "telemetry-" + UUID.randomUUID()),
        FlinkSettings.on(flink.master(), TELEMETRY_SLOTS));
  }

  private static void submitRender(FlinkHost flink, Endpoints endpoints, DemoSettings settings) {
    StreamingRenders.submit(
        endpoints.kafkaBootstrapServers(),
        ConfiguredTools.of(
            endpoints.toEnvironment(ProgramRole.RENDER),
            settings.dataDir().resolve("render"),
            settings.profile(),
            CACHE_BYTES,
            PLAYABLE_WITHIN),
        FlinkTarget.on(flink.master(), RENDER_SLOTS));
  }

  String version() {
    return flink.version();
  }

  URI page() {
    return flink.page();
  }

  @Override
  public void close() throws IOException {
    flink.close();
  }
}
