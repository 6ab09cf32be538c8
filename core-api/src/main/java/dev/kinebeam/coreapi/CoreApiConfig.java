package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.signin.SignInConfig;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The Core API's whole configuration, read once at its start. Printing it shows no secret.
 *
 * @param kafka where dead letters are counted
 * @param archive the bucket of the archive and of the recordings made from it; empty = no
 *     recordings
 * @param webhookSecrets of subscriptions; empty = there are no webhooks here
 * @param credentials where the secrets of video hosts are
 * @param catalogue what the routes of exercises need beside the database
 * @param signIn how people sign in
 * @param pages what the pages need to know of other programs
 */
public record CoreApiConfig(
    ListenAddress listen,
    HttpLimits limits,
    AuthConfig auth,
    KafkaSettings kafka,
    DatabaseSettings database,
    Optional<ObjectStoreSettings> archive,
    Optional<WebhookSecrets> webhookSecrets,
    CredentialSettings credentials,
    Catalogue catalogue,
    SignInConfig signIn,
    PageOrigins pages) {

  /**
   * What curating and showing exercises needs; each part that is empty makes the routes that need
   * it answer 503.
   *
   * @param admin a login that changes what is for all
   * @param assets the bucket of the filming primitives
   * @param hosts whose addresses are signed here
   * @param personalVideos the bucket that therapists upload recordings to
   */
  public record Catalogue(
      Optional<DatabaseSettings> admin,
      Optional<ObjectStoreSettings> assets,
      Optional<VideoHosts.Settings> hosts,
      Optional<ObjectStoreSettings> personalVideos) {}

  /**
   * Origins that the pages may connect to beside their own; they are published to every visitor.
   *
   * @param gateway where renders are asked for: a scheme, a host and a port, as {@code
   *     https://events.clinic.example}
   * @param videos where videos are played from, such as {@code https://vz-1.b-cdn.net}; one for
   *     each host
   * @param uploads where pages upload recordings to, such as {@code https://s3.clinic.example};
   *     empty = nothing is recorded
   */
  public record PageOrigins(URI gateway, List<URI> videos, Optional<URI> uploads) {
    public PageOrigins {
      videos = List.copyOf(videos);
    }

    @Override
    public String toString() {
      return "PageOrigins[gateway=%s, videos=%s, uploads=%s]"
          .formatted(
              Masked.address(gateway),
              videos.stream().map(Masked::address).toList(),
              uploads.map(Masked::address).orElse("none"));
    }
  }
}
