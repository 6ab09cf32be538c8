package dev.kinebeam.trials.servers;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.Endpoints.OwnHostAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** Our own video host as a process, on a local stack's S3 server and a render job's mezzanines. */
public final class OwnHostProcess implements Closeable {
  private static final String BUCKET = "kinebeam-mezzanines";

  private final ServerProcess process;
  private final OwnHostAccess access;

  private OwnHostProcess(ServerProcess process, OwnHostAccess access) {
    this.process = process;
    this.access = access;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param folder gets its log and its cache
   * @param renderDirectory the render job's, whose mezzanines it shares
   * @param pages the origin whose pages may play
   */
  public static OwnHostProcess start(
      Endpoints services, Path folder, Path renderDirectory, int port, String pages)
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
            folder,
            port,
            keys,
            BUCKET,
            "--mezzanines=" + renderDirectory.resolve("mezzanines"),
            "--cors-origin=" + pages);
    return new OwnHostProcess(
        process,
        new OwnHostAccess(
            process.address(),
            keys.get("VIDEO_HOST_API_KEY"),
            keys.get("VIDEO_HOST_TOKEN_KEY"),
            BUCKET));
  }

  /** Where it is, and its keys. */
  public OwnHostAccess access() {
    return access;
  }

  /** The process. */
  public ProcessHandle handle() {
    return process.handle();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
