package dev.kinebeam.videohost;

import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.DataDirectory;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.server.EnvironmentDefaults;
import dev.kinebeam.web.server.ServerOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The video host's flags; each takes its default from the environment. Secrets have no flag. */
final class HostOptions {
  private static final String MEZZANINES = "S3_MEZZANINE_BUCKET";
  private static final String ASSETS = "S3_ASSETS_BUCKET";

  @Option(
      names = "--port",
      defaultValue = "8095",
      description = "Port of the interface and the videos; 0 = a free one (${DEFAULT-VALUE}).")
  private int port;

  @Mixin private final ServerOptions server = new ServerOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "A cache on this machine, which may be lost. Default: video-host in the data directory")
  private Path directory = DataDirectory.resolve("video-host");

  @Option(
      names = "--mezzanines",
      paramLabel = "DIR",
      description =
          "Its mezzanines; may be the folder of a render job here (default: mezzanines in --dir).")
  private Path mezzanines;

  @Option(
      names = "--cache-gb",
      paramLabel = "N",
      defaultValue = "20",
      description = "How big the mezzanines may grow (${DEFAULT-VALUE}).")
  private int cacheGigabytes;

  /** The environment's defaults: {@code VIDEO_HOST_PORT} and so on. */
  static final class Defaults extends EnvironmentDefaults {
    Defaults() {
      super("VIDEO_HOST");
    }
  }

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  HostConfig config(Map<String, String> variables) {
    if (cacheGigabytes < 1) {
      throw new IllegalArgumentException(
          "--cache-gb is " + cacheGigabytes + "; it must be 1 or more");
    }
    Environment env = Environment.of(variables);
    Path folder = directory.toAbsolutePath();
    return new HostConfig(
        server.listen(port),
        server.limits(),
        new HostConfig.Keys(
            new Secret(env.required("VIDEO_HOST_API_KEY", "set the key of publishers")),
            new Secret(env.required("VIDEO_HOST_TOKEN_KEY", "set the key of playback addresses"))),
        ObjectStoreSettings.fromEnvironment(variables, MEZZANINES),
        env.optional(ASSETS).map(bucket -> ObjectStoreSettings.forBucket(variables, bucket)),
        new HostConfig.CacheFolder(
            folder,
            Optional.ofNullable(mezzanines)
                .map(Path::toAbsolutePath)
                .orElseGet(() -> folder.resolve("mezzanines")),
            (long) cacheGigabytes << 30));
  }
}
