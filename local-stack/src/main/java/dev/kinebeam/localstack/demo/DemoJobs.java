package dev.kinebeam.localstack.demo;

import dev.kinebeam.localstack.services.Endpoints;
import java.net.URI;
import java.nio.file.Path;

/** Both Beam jobs on a Flink cluster inside this process. */
final class DemoJobs implements AutoCloseable {
  static DemoJobs start(Endpoints endpoints, Path dataDir) {
    throw new UnsupportedOperationException(endpoints + " " + dataDir);
  }

  String version() {
    return "";
  }

  URI page() {
    return null;
  }

  @Override
  public void close() {}
}
