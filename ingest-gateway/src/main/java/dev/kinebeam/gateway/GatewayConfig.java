package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.gateway.auth.AuthConfig;
import dev.kinebeam.gateway.http.HttpLimits;
import dev.kinebeam.gateway.log.KafkaConfig;
import dev.kinebeam.observability.AdminAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that the gateway is told, read once at its start. Printing it shows no secret.
 *
 * @param archive the bucket of the archive and of the recordings made from it; empty = no
 *     recordings
 */
public record GatewayConfig(
    Listen listen,
    Limits limits,
    AuthConfig auth,
    KafkaConfig kafka,
    DatabaseConfig database,
    ObjectStoreSettings assets,
    Optional<ObjectStoreSettings> archive,
    BunnyStreamSettings videoHost) {

  /**
   * Where the gateway listens.
   *
   * @param port of the interface and the pages; 0 takes a free one
   * @param admin where health and metrics are served
   * @param corsOrigins whose pages may call the interface, beside our own
   */
  public record Listen(String host, int port, AdminAddress admin, Set<String> corsOrigins) {
    public Listen {
      // Browsers send them in lower case, and schemes and hosts know no other.
      corsOrigins =
          corsOrigins.stream()
              .map(origin -> origin.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
      for (String origin : corsOrigins) {
        if (!origin.matches("https?://[^/*]+")) {
          throw new IllegalArgumentException(
              "a CORS origin is a scheme and a host, such as https://clinic.example, not "
                  + origin);
        }
      }
    }
  }

  /**
   * What bounds memory and time.
   *
   * @param http connections, requests and their bodies
   * @param consentMemory how long an answer about consent is remembered
   */
  public record Limits(HttpLimits http, Duration consentMemory) {
    public Limits {
      if (consentMemory.isNegative()
          || consentMemory.isZero()
          || consentMemory.compareTo(ConsentGate.LONGEST_MEMORY) > 0) {
        throw new IllegalArgumentException(
            "consent may be remembered for more than none and up to 30 s, not " + consentMemory);
      }
    }
  }
}
