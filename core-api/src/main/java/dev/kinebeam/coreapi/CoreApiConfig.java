package dev.kinebeam.coreapi;

import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Core API's whole configuration, read once at its start. Printing it shows no secret.
 *
 * @param kafka where the automations feed is published and dead letters are counted
 * @param archive the bucket of the archive and of the recordings made from it; empty = no
 *     recordings
 * @param pages what the pages need to know of other programs
 */
public record CoreApiConfig(
    ListenAddress listen,
    HttpLimits limits,
    AuthConfig auth,
    KafkaSettings kafka,
    DatabaseSettings database,
    Optional<ObjectStoreSettings> archive,
    PageOrigins pages) {

  /**
   * Origins that the pages may connect to beside their own; they are published to every visitor.
   *
   * @param gateway where renders are asked for: a scheme, a host and a port, as {@code
   *     https://events.clinic.example}; one slash after it is dropped
   * @param videos where videos are played from, such as {@code https://vz-1.b-cdn.net}
   */
  public record PageOrigins(URI gateway, Optional<URI> videos) {
    private static final Pattern ORIGIN = Pattern.compile("(https?://[A-Za-z0-9.:\\[\\]-]+)/?");

    public PageOrigins {
      Matcher origin = ORIGIN.matcher(gateway.toString());
      if (!origin.matches() || gateway.getHost() == null) {
        throw new IllegalArgumentException(
            "--gateway-url is %s; it must be http or https, a host and a port, such as"
                    .formatted(Masked.address(gateway))
                + " https://events.clinic.example");
      }
      gateway = URI.create(origin.group(1));
    }

    @Override
    public String toString() {
      return "PageOrigins[gateway=%s, videos=%s]"
          .formatted(Masked.address(gateway), videos.map(Masked::address));
    }
  }
}
