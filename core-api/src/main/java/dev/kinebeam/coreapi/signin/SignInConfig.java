package dev.kinebeam.coreapi.signin;

import dev.kinebeam.coreapi.identity.OwnKeys;
import dev.kinebeam.coreapi.identity.ProviderConfig;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.auth.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * How people sign in. Printing it shows no secret.
 *
 * @param development whether everyone may sign in as any person of the database, for machines of
 *     developers and demonstrations
 * @param provider where people sign in otherwise
 * @param signingKeys of the tokens for the gateway; see {@link OwnKeys}
 * @param publicUrl where browsers find the Core API, without a slash behind it; empty: where it
 *     listens
 */
public record SignInConfig(
    boolean development,
    Optional<ProviderConfig> provider,
    Optional<Secret> signingKeys,
    Optional<URI> publicUrl) {
  private static final String SIGNING_KEYS = "CORE_API_SIGNING_KEYS";

  /**
   * What the environment says, beside two flags.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public static SignInConfig of(Environment env, boolean development, Optional<URI> publicUrl) {
    Optional<ProviderConfig> provider = ProviderConfig.of(env);
    Optional<Secret> keys = env.optional(SIGNING_KEYS).map(Secret::new);
    keys.ifPresent(OwnKeys::of);
    if (publicUrl.isEmpty() && !development && (provider.isPresent() || keys.isPresent())) {
      throw new IllegalArgumentException(
          "AUTH_OIDC_ISSUER and "
              + SIGNING_KEYS
              + " need --public-url (CORE_API_PUBLIC_URL), where browsers find the Core API");
    }
    return new SignInConfig(development, provider, keys, publicUrl);
  }

  @Override
  public String toString() {
    return "SignInConfig[development=%s, provider=%s, signingKeys=%s, publicUrl=%s]"
        .formatted(development, provider, signingKeys, publicUrl.map(Masked::address));
  }
}
