package dev.kinebeam.worker;

import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.worker.personal.PersonalVideoSettings;
import dev.kinebeam.worker.relay.LaneTurns;
import dev.kinebeam.worker.webhooks.WebhookSettings;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The worker's flags. Secrets have no flag. */
final class MediaWorkerOptions {
  static final String GROUP = "kinebeam_worker";
  private static final String MEZZANINES = "S3_MEZZANINE_BUCKET";

  /** By an address to upload to, which is good for an hour, an original may still arrive. */
  private static final Duration SHORTEST_GRACE = Duration.ofHours(2);

  @Option(
      names = "--orders-in-flight",
      paramLabel = "N",
      defaultValue = "16",
      description = {
        "How many orders of renders the composers are given at a time: about four for each one",
        "that they make at once. Default: ${DEFAULT-VALUE}"
      })
  private int orders;

  @Option(
      names = "--bulk-in-flight",
      paramLabel = "N",
      defaultValue = "8",
      description = "Of these, how many of bulks at most. Default: ${DEFAULT-VALUE}")
  private int bulk;

  @Option(
      names = "--maintain-at",
      paramLabel = "HH:MM",
      defaultValue = "03:00",
      description = "When the nightly upkeep runs, in UTC. Default: ${DEFAULT-VALUE}")
  private LocalTime maintainAt;

  @Option(
      names = "--superseded-after",
      paramLabel = "SECONDS",
      defaultValue = "21600",
      description = {
        "How long replaced videos, and those of earlier asset versions that nothing uses,",
        "stay at their host, in seconds. Default: ${DEFAULT-VALUE}, which is 6 h"
      })
  private long supersededAfter;

  @Option(
      names = "--personal-videos-at-once",
      paramLabel = "N",
      defaultValue = "" + PersonalVideoSettings.AT_ONCE,
      description = {
        "How many personal videos are copied or asked for at the same time; those that wait for",
        "their host take no place. Default: ${DEFAULT-VALUE}"
      })
  private int personalVideosAtOnce;

  @Option(
      names = "--personal-video-grace",
      paramLabel = "DURATION",
      defaultValue = "P7D",
      description = {
        "How long the original and the hosted video of failed and replaced personal videos stay.",
        "Default: ${DEFAULT-VALUE}; PT2H or more"
      })
  private Duration personalVideoGrace;

  @Option(
      names = "--development",
      description = "Webhooks may go to private addresses and by http. Never in production.")
  private boolean development;

  @Mixin private final AdminOptions admin = new AdminOptions();
  @Mixin private final KafkaOptions kafka = new KafkaOptions();
  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  WorkerConfig config(Map<String, String> env) {
    if (supersededAfter < 1) {
      throw new IllegalArgumentException(
          "--superseded-after is %d; it must be a number of seconds of 1 or more"
              .formatted(supersededAfter));
    }
    if (personalVideosAtOnce < 1 || personalVideosAtOnce > 64) {
      throw new IllegalArgumentException(
          "--personal-videos-at-once is %d; it must lie in 1 to 64"
              .formatted(personalVideosAtOnce));
    }
    if (personalVideoGrace.compareTo(SHORTEST_GRACE) < 0) {
      throw new IllegalArgumentException(
          "--personal-video-grace is %s; it must be %s or more"
              .formatted(personalVideoGrace, SHORTEST_GRACE));
    }
    Environment environment = Environment.of(env);
    Optional<VideoHosts.Settings> hosts = VideoHosts.Settings.ifNamed(env);
    Optional<ObjectStoreSettings> mezzanines =
        environment
            .optional(MEZZANINES)
            .filter(named -> hosts.flatMap(VideoHosts.Settings::own).isPresent())
            .map(bucket -> ObjectStoreSettings.forBucket(env, bucket));
    return new WorkerConfig(
        admin.address(),
        database.settings(env, GROUP),
        kafka.settings(),
        new LaneTurns.Limits(orders, bulk),
        WebhookSettings.fromEnvironment(env, development),
        CredentialSettings.fromEnvironment(env),
        maintainAt,
        new WorkerConfig.Buckets(
            environment
                .optional(ArchiveStore.BUCKET)
                .map(bucket -> ObjectStoreSettings.forBucket(env, bucket)),
            mezzanines),
        hosts,
        Duration.ofSeconds(supersededAfter),
        PersonalVideoSettings.fromEnvironment(
            env, hosts, mezzanines, personalVideosAtOnce, personalVideoGrace));
  }

  /** The database alone, for looking at what a worker has done. */
  DatabaseOptions database() {
    return database;
  }
}
