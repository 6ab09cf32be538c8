package dev.kinebeam.localstack.demo;

import dev.kinebeam.localstack.flink.FlinkHost;
import dev.kinebeam.localstack.services.Endpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Both Beam jobs on a Flink cluster inside this process. */
final class DemoJobs implements AutoCloseable {
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
    return new DemoJobs(flink);
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
