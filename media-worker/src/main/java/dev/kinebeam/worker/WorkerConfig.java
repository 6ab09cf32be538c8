package dev.kinebeam.worker;

import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.AdminAddress;
import dev.kinebeam.worker.personal.PersonalVideoSettings;
import dev.kinebeam.worker.relay.LaneTurns;
import dev.kinebeam.worker.webhooks.WebhookSettings;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The worker's whole configuration, read once at its start. Printing it shows no secret.
 *
 * @param credentials where the secrets of video hosts are
 * @param maintainAt when the nightly upkeep runs, in UTC
 * @param videoHosts whose videos are deleted when their time has come; empty = none
 * @param supersededAfter how long replaced videos, and superseded ones that nothing uses, stay
 * @param personalVideos empty = this deployment has none
 */
public record WorkerConfig(
    AdminAddress admin,
    DatabaseSettings database,
    KafkaSettings kafka,
    LaneTurns.Limits orders,
    WebhookSettings webhooks,
    CredentialSettings credentials,
    LocalTime maintainAt,
    Buckets buckets,
    Optional<VideoHosts.Settings> videoHosts,
    Duration supersededAfter,
    Optional<PersonalVideoSettings> personalVideos) {
  /**
   * What the upkeep works on.
   *
   * @param archive of events; empty = this deployment has none
   * @param mezzanines of our own video host; empty = this deployment has no such host
   */
  public record Buckets(
      Optional<ObjectStoreSettings> archive, Optional<ObjectStoreSettings> mezzanines) {}

  /** This configuration with a token of Cloudflare Stream that is asked for at each call. */
  WorkerConfig withCloudflareToken(Supplier<Optional<String>> token) {
    return new WorkerConfig(
        admin,
        database,
        kafka,
        orders,
        webhooks,
        credentials,
        maintainAt,
        buckets,
        videoHosts.map(hosts -> hosts.withCloudflareToken(token)),
        supersededAfter,
        personalVideos.map(videos -> videos.withCloudflareToken(token)));
  }
}
