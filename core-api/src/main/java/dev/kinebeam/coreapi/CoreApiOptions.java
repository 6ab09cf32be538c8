package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.web.server.EnvironmentDefaults;
import dev.kinebeam.web.server.ServerOptions;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The Core API's flags; each takes its default from the environment. Secrets have no flag. */
final class CoreApiOptions {
  static final String GROUP = "kinebeam_core_api";

  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "Port of the interface and the pages; 0 = a free one (${DEFAULT-VALUE}).")
  private int port;

  @Mixin private final ServerOptions server = new ServerOptions();

  @Option(
      names = "--gateway-url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the pages find the ingest gateway (${DEFAULT-VALUE}).")
  private URI gateway;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  /** The environment's defaults: {@code CORE_API_PORT} and so on. */
  static final class Defaults extends EnvironmentDefaults {
    Defaults() {
      super("CORE_API");
    }
  }

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  CoreApiConfig config(Map<String, String> env) {
    return new CoreApiConfig(
        server.listen(port),
        server.limits(),
        server.auth(env),
        kafka.settings(),
        database.settings(env, GROUP),
        Environment.of(env)
            .optional(ArchiveStore.BUCKET)
            .map(bucket -> ObjectStoreSettings.forBucket(env, bucket)),
        new CoreApiConfig.PageOrigins(gateway, BunnyStreamSettings.cdn(Environment.of(env))));
  }
}
