package dev.kinebeam.gateway;

import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.gateway.log.KafkaConfig;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.auth.TrustedIssuer;
import dev.kinebeam.web.server.AuthOptions;
import dev.kinebeam.web.server.EnvironmentDefaults;
import dev.kinebeam.web.server.ServerOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway's flags; each takes its default from the environment. Secrets have no flag. */
final class GatewayOptions {
  private static final String COMPOSER_TOKEN = "COMPOSER_TOKEN";

  /** Of the tokens that the Core API signs. */
  private static final String CORE_API_AUDIENCE = "kinebeam-gateway";

  private static final int BUFFER_BYTES = 32 * 1024 * 1024;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port of the interface; 0 = a free one (${DEFAULT-VALUE}).")
  private int port;

  @Mixin private final ServerOptions server = new ServerOptions();

  @Mixin private final AuthOptions auth = new AuthOptions();

  @Option(
      names = "--core-api-issuer",
      description = {
        "The Core API's public address: the short tokens that it signs for the players of its",
        "pages are accepted then, beside those of the identity provider."
      })
  private @Nullable String coreApiIssuer;

  @Option(
      names = "--core-api-jwks-url",
      description = "Where its keys are, if not at ISSUER/.well-known/jwks.json.")
  private @Nullable URI coreApiJwksUrl;

  @Option(
      names = "--development",
      description = {
        "Without COMPOSER_TOKEN, callers without a token may order renders, and nothing else.",
        "Never in production."
      })
  private boolean development;

  @Option(
      names = "--consent-memory",
      defaultValue = "PT15S",
      description = "How long consent is remembered, at most PT30S (${DEFAULT-VALUE}).")
  private Duration consentMemory;

  @Option(
      names = "--kafka-delivery-timeout",
      defaultValue = "${env:KAFKA_DELIVERY_TIMEOUT:-PT1.5S}",
      description = "How long Kafka may take to acknowledge before 503 (${DEFAULT-VALUE}).")
  private Duration kafkaDeliveryTimeout;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  /** The environment's defaults: {@code GATEWAY_PORT} and so on. */
  static final class Defaults extends EnvironmentDefaults {
    Defaults() {
      super("GATEWAY");
    }
  }

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  GatewayConfig config(Map<String, String> env) {
    return new GatewayConfig(
        server.listen(port),
        new GatewayConfig.Limits(server.limits(), consentMemory),
        withCoreApi(auth.config(env)),
        composerToken(env),
        new KafkaConfig(kafka.settings(), kafkaDeliveryTimeout, BUFFER_BYTES),
        database.settings(env, "kinebeam_gateway"),
        ObjectStoreSettings.fromEnvironment(env),
        VideoHosts.Settings.fromEnvironment(env));
  }

  private AuthConfig withCoreApi(AuthConfig provider) {
    if (coreApiIssuer == null || coreApiIssuer.isBlank()) {
      return provider;
    }
    String issuer = coreApiIssuer.replaceFirst("/$", "");
    if (!issuer.matches("https?://[^\\s?#@]+")) {
      throw new IllegalArgumentException(
          "--core-api-issuer is "
              + Masked.address(issuer)
              + "; it must be the Core API's address, such as https://app.clinic.example");
    }
    URI keys =
        coreApiJwksUrl == null ? URI.create(issuer + "/.well-known/jwks.json") : coreApiJwksUrl;
    return provider.and(new TrustedIssuer(issuer, keys, CORE_API_AUDIENCE));
  }

  private Optional<Secret> composerToken(Map<String, String> env) {
    Optional<Secret> token = Environment.of(env).optional(COMPOSER_TOKEN).map(Secret::new);
    if (token.isEmpty() && !development) {
      throw new IllegalArgumentException(
          COMPOSER_TOKEN + " is empty; set it, or give --development to let anyone order renders");
    }
    return token;
  }
}
