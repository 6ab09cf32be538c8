package dev.kinebeam.gateway;

import dev.kinebeam.catalog.archive.ArchiveStore;
import dev.kinebeam.catalog.db.DatabaseConfig;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.gateway.auth.AuthConfig;
import dev.kinebeam.gateway.auth.Secret;
import dev.kinebeam.gateway.log.KafkaConfig;
import dev.kinebeam.observability.AdminOptions;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway's flags; each takes its default from the environment. Secrets have no flag. */
final class GatewayOptions {
  private static final int BUFFER_BYTES = 32 * 1024 * 1024;

  @Option(
      names = "--host",
      defaultValue = "${env:GATEWAY_HOST:-127.0.0.1}",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "${env:GATEWAY_PORT:-8080}",
      description = "Port of the interface and the pages; 0 = a free one (${DEFAULT-VALUE}).")
  private int port;

  @Mixin private final AdminOptions admin = new AdminOptions();

  @Option(
      names = "--cors-origin",
      split = ",",
      defaultValue = "${env:GATEWAY_CORS_ORIGINS:-}",
      description = "Origins whose pages may call the interface, e.g. https://clinic.example.")
  private List<String> corsOrigins;

  @Mixin private final HttpOptions http = new HttpOptions();

  @Option(
      names = "--consent-memory",
      defaultValue = "${env:GATEWAY_CONSENT_MEMORY:-PT15S}",
      description = "How long consent is remembered, at most PT30S (${DEFAULT-VALUE}).")
  private Duration consentMemory;

  @Option(
      names = "--kafka-delivery-timeout",
      defaultValue = "${env:KAFKA_DELIVERY_TIMEOUT:-PT1.5S}",
      description = "How long Kafka may take to acknowledge before 503 (${DEFAULT-VALUE}).")
  private Duration kafkaDeliveryTimeout;

  @Option(
      names = "--kafka-bootstrap-servers",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-}",
      description = "Kafka, host:port[,host:port] (env KAFKA_BOOTSTRAP_SERVERS).")
  private String kafkaBootstrapServers;

  @Option(
      names = "--database-url",
      defaultValue = "${env:DATABASE_URL:-}",
      description = "jdbc:postgresql://… (env DATABASE_URL; DATABASE_PASSWORD beside it).")
  private String databaseUrl;

  @Option(
      names = "--database-user",
      defaultValue = "${env:DATABASE_USER:-}",
      description = "A member of kinebeam_gateway (env DATABASE_USER).")
  private String databaseUser;

  @Option(
      names = "--auth-jwks-url",
      defaultValue = "${env:AUTH_JWKS_URL:-}",
      description = "Public keys of the tokens' issuer (env AUTH_JWKS_URL).")
  private String jwksUrl;

  @Option(
      names = "--auth-issuer",
      defaultValue = "${env:AUTH_ISSUER:-}",
      description = "The iss that tokens must carry (env AUTH_ISSUER).")
  private String issuer;

  @Option(
      names = "--auth-audience",
      defaultValue = "${env:AUTH_AUDIENCE:-}",
      description = "The aud that tokens must carry (env AUTH_AUDIENCE).")
  private String audience;

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  GatewayConfig config(Map<String, String> env) {
    return new GatewayConfig(
        new GatewayConfig.Listen(host, port, admin.address(), origins()),
        new GatewayConfig.Limits(http.limits(), consentMemory),
        auth(env),
        new KafkaConfig(kafkaBootstrapServers, kafkaDeliveryTimeout, BUFFER_BYTES),
        database(env),
        ObjectStoreSettings.fromEnvironment(env),
        present(env.get(ArchiveStore.BUCKET))
            .map(bucket -> ObjectStoreSettings.fromEnvironment(env, ArchiveStore.BUCKET)),
        BunnyStreamSettings.fromEnvironment(env));
  }

  private Set<String> origins() {
    Set<String> origins = new LinkedHashSet<>();
    if (corsOrigins != null) {
      corsOrigins.stream().map(String::strip).filter(o -> !o.isEmpty()).forEach(origins::add);
    }
    return origins;
  }

  private AuthConfig auth(Map<String, String> env) {
    return new AuthConfig(
        present(jwksUrl).map(URI::create),
        present(env.get("AUTH_HS256_SECRET")).map(Secret::new),
        present(issuer),
        present(audience),
        present(env.get("COMPOSER_TOKEN")).map(Secret::new));
  }

  private DatabaseConfig database(Map<String, String> env) {
    if (!databaseUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("DATABASE_URL must begin with jdbc:postgresql:");
    }
    if (databaseUser.isBlank()) {
      throw new IllegalArgumentException("DATABASE_USER is not set: a member of kinebeam_gateway");
    }
    return DatabaseConfig.of(databaseUrl, databaseUser, env.getOrDefault("DATABASE_PASSWORD", ""));
  }

  private static Optional<String> present(String value) {
    return Optional.ofNullable(value).filter(v -> !v.isBlank());
  }
}
