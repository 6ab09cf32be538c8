package dev.kinebeam.catalog.credentials;

import dev.kinebeam.program.config.Environment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a program finds credentials of providers.
 *
 * @param keys of the database's secrets; empty = none can be read or entered
 * @param environment whose rows count, such as {@code production}
 * @param variables the environment's secrets, for what the database does not have
 */
public record CredentialSettings(
    Optional<ProviderKeys> keys, String environment, Map<ProviderSecret, String> variables) {
  private static final String ENVIRONMENT = "KINEBEAM_ENVIRONMENT";
  private static final String USUAL = "production";
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  public CredentialSettings {
    variables = Map.copyOf(variables);
    if (!WORD.matcher(environment).matches()) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a word of small letters, digits and hyphens, such as staging"
              .formatted(ENVIRONMENT, environment));
    }
  }

  /**
   * From {@code KINEBEAM_PROVIDERS_KEY}, {@code KINEBEAM_ENVIRONMENT} (default: production) and the
   * variables of the secrets.
   *
   * @throws IllegalArgumentException naming the variable that is wrong
   */
  public static CredentialSettings fromEnvironment(Map<String, String> variables) {
    Environment env = Environment.of(variables);
    Map<ProviderSecret, String> secrets = new EnumMap<>(ProviderSecret.class);
    for (ProviderSecret secret : ProviderSecret.values()) {
      env.optional(secret.variable()).ifPresent(value -> secrets.put(secret, value));
    }
    return new CredentialSettings(
        env.optional(ProviderKeys.VARIABLE).map(ProviderKeys::of),
        env.orElse(ENVIRONMENT, USUAL),
        secrets);
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "CredentialSettings[environment=%s, keys=%s, variables=%s]"
        .formatted(
            environment,
            keys,
            variables.keySet().stream().map(ProviderSecret::variable).sorted().toList());
  }
}
