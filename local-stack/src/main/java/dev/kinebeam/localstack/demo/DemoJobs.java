package dev.kinebeam.localstack.demo;

import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.localstack.flink.FlinkHost;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.ProgramRole;
import dev.kinebeam.pipelines.FlinkSettings;
import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.sessions.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Both Beam jobs on a Flink cluster inside this process. */
final class DemoJobs implements AutoCloseable {
  private static final int TELEMETRY_SLOTS = 2;
  private static final int SLOTS = 4;
  private static final int USUAL_PORT = 8081;

  private final FlinkHost flink;

  private DemoJobs(FlinkHost flink) {
    this.flink = flink;
  }

  static DemoJobs start(Endpoints endpoints, Path dataDir) throws IOException {
    FlinkHost flink =
        FlinkHost.start(
            dataDir.resolve("flink"), SLOTS, DemoGateway.isFree(USUAL_PORT) ? USUAL_PORT : 0);
    try {
      submitTelemetry(flink, endpoints);
    } catch (RuntimeException e) {
      flink.close();
      throw e;
    }
    return new DemoJobs(flink);
  }

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
                DemoSettings.LIVE_EVERY),
        FlinkSettings.on(flink.master(), TELEMETRY_SLOTS));
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
