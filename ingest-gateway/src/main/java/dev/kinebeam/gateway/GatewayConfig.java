package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.gateway.log.KafkaConfig;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The gateway's whole configuration, read once at its start. Printing it shows no secret.
 *
 * @param composerToken the bearer token of the composer's callers; empty lets anyone order renders,
 *     for development
 */
public record GatewayConfig(
    ListenAddress listen,
    Limits limits,
    AuthConfig auth,
    Optional<Secret> composerToken,
    KafkaConfig kafka,
    DatabaseSettings database,
    ObjectStoreSettings assets,
    VideoHosts.Settings videoHosts) {

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
            "--consent-memory must be positive and at most PT30S (30 s), not " + consentMemory);
      }
    }
  }
}
