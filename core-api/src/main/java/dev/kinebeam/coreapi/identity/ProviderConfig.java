package dev.kinebeam.coreapi.identity;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.auth.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * The OpenID provider that people sign in at. Printing it shows no secret.
 *
 * @param issuer its address; the discovery document is at {@code
 *     ISSUER/.well-known/openid-configuration}
 * @param clientId what it knows the Core API by
 * @param clientSecret empty for a public client, whose codes PKCE alone protects
 */
public record ProviderConfig(URI issuer, String clientId, Optional<Secret> clientSecret) {
  private static final String ISSUER = "AUTH_OIDC_ISSUER";
  private static final String CLIENT_ID = "AUTH_OIDC_CLIENT_ID";
  private static final String CLIENT_SECRET = "AUTH_OIDC_CLIENT_SECRET";

  /**
   * The provider that the environment names, if it names one.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public static Optional<ProviderConfig> of(Environment env) {
    Optional<String> issuer = env.optional(ISSUER);
    Optional<String> clientId = env.optional(CLIENT_ID);
    Optional<Secret> secret = env.optional(CLIENT_SECRET).map(Secret::new);
    if (issuer.isEmpty() != clientId.isEmpty() || (secret.isPresent() && issuer.isEmpty())) {
      throw new IllegalArgumentException(
          "set " + ISSUER + " and " + CLIENT_ID + " together, or leave both out");
    }
    return issuer.map(
        address -> new ProviderConfig(address(address), clientId.orElseThrow(), secret));
  }

  private static URI address(String issuer) {
    if (!issuer.matches("https?://[^\\s?#@]+")) {
      throw new IllegalArgumentException(
          ISSUER
              + " is "
              + Masked.address(issuer)
              + "; it must be the provider's address without a query, such as"
              + " https://login.clinic.example/realms/kinebeam");
    }
    return URI.create(issuer);
  }

  @Override
  public String toString() {
    return "ProviderConfig[issuer=%s, clientId=%s, clientSecret=%s]"
        .formatted(Masked.address(issuer), clientId, clientSecret);
  }
}
