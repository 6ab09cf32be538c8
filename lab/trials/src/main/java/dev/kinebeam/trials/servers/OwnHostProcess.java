package dev.kinebeam.trials.servers;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.Endpoints.OwnHostAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
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
    return start(services, folder, renderDirectory, keysFor(port), pages);
  }

  /** New keys of a host that is going to listen on this port of 127.0.0.1. */
  public static OwnHostAccess keysFor(int port) {
    return new OwnHostAccess(
        URI.create("http://127.0.0.1:" + port),
        UUID.randomUUID().toString(),
        UUID.randomUUID().toString(),
        BUCKET);
  }

  /** As the other, with keys that programs beside it may have got already. */
  public static OwnHostProcess start(
      Endpoints services, Path folder, Path renderDirectory, OwnHostAccess access, String pages)
      throws IOException {
    Map<String, String> environment = services.toEnvironment(ProgramRole.RENDER);
    try (ObjectStore bucket =
        ObjectStore.open(ObjectStoreSettings.forBucket(environment, BUCKET))) {
      bucket.createBucket();
    }
    ServerProcess process =
        ServerProcess.videoHost(
            services,
            folder,
            access.url().getPort(),
            Map.of(
                "VIDEO_HOST_API_KEY", access.apiKey(), "VIDEO_HOST_TOKEN_KEY", access.tokenKey()),
            BUCKET,
            "--mezzanines=" + renderDirectory.resolve("mezzanines"),
            "--cors-origin=" + pages);
    return new OwnHostProcess(
        process, new OwnHostAccess(process.address(), access.apiKey(), access.tokenKey(), BUCKET));
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
