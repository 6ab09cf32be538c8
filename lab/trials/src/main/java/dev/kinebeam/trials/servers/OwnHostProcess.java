package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.Endpoints.OwnHostAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** Our own video host as a process, on the demo's S3 server and the render job's mezzanines. */
final class DemoOwnHost implements Closeable {
  private static final String BUCKET = "kinebeam-mezzanines";

  private final ServerProcess process;
  private final OwnHostAccess access;

  private DemoOwnHost(ServerProcess process, OwnHostAccess access) {
    this.process = process;
    this.access = access;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param pages the origin whose pages may play
   */
  static DemoOwnHost start(Endpoints services, Path dataDir, int port, String pages)
      throws IOException {
    Map<String, String> environment = services.toEnvironment(ProgramRole.RENDER);
    try (ObjectStore bucket =
        ObjectStore.open(ObjectStoreSettings.forBucket(environment, BUCKET))) {
      bucket.createBucket();
    }
    Map<String, String> keys =
        Map.of(
            "VIDEO_HOST_API_KEY", UUID.randomUUID().toString(),
            "VIDEO_HOST_TOKEN_KEY", UUID.randomUUID().toString());
    ServerProcess process =
        ServerProcess.videoHost(
            services,
            dataDir,
            port,
            keys,
            BUCKET,
            "--mezzanines=" + dataDir.resolve("render").resolve("mezzanines"),
            "--cors-origin=" + pages);
    return new DemoOwnHost(
        process,
        new OwnHostAccess(
            process.address(),
            keys.get("VIDEO_HOST_API_KEY"),
            keys.get("VIDEO_HOST_TOKEN_KEY"),
            BUCKET));
  }

  OwnHostAccess access() {
    return access;
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
