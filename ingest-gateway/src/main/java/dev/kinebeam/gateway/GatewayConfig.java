package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.gateway.auth.AuthConfig;
import dev.kinebeam.gateway.log.KafkaConfig;
import dev.kinebeam.observability.AdminAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

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
      corsOrigins = Set.copyOf(corsOrigins);
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
   * @param maxBodyBytes of one batch of events, counted unpacked
   * @param maxHeldBytes of the bodies of all requests served at a time; more get 503
   * @param maxInFlight requests served at a time
   * @param consentMemory how long an answer about consent is remembered
   * @param stopTimeout how long requests may take to finish when the gateway stops
   */
  public record Limits(
      int maxBodyBytes,
      int maxHeldBytes,
      int maxInFlight,
      Duration consentMemory,
      Duration stopTimeout) {
    public Limits {
      if (maxBodyBytes < 1024) {
        throw new IllegalArgumentException("a body must be allowed at least 1024 bytes");
      }
      // One byte more is read, to tell that a body is too large.
      if (maxHeldBytes <= maxBodyBytes) {
        throw new IllegalArgumentException(
            "the bodies held at a time ("
                + maxHeldBytes
                + " bytes) must be more than one of the largest ("
                + maxBodyBytes
                + " bytes)");
      }
      if (maxInFlight < 1) {
        throw new IllegalArgumentException("at least one request must be let in at a time");
      }
      if (consentMemory.isNegative()
          || consentMemory.isZero()
          || consentMemory.compareTo(ConsentGate.LONGEST_MEMORY) > 0) {
        throw new IllegalArgumentException(
            "consent may be remembered for more than none and up to 30 s, not " + consentMemory);
      }
    }
  }
}
