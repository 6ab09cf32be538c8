package dev.kinebeam.web.server;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a program that recognises its callers by JSON Web Tokens. */
public final class AuthOptions {
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
   * How callers are recognised.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public AuthConfig config(Map<String, String> env) {
    return new AuthConfig(
        present(jwksUrl).map(URI::create),
        Environment.of(env).optional("AUTH_HS256_SECRET").map(Secret::new),
        present(issuer),
        present(audience));
  }

  private static Optional<String> present(@Nullable String value) {
    return Optional.ofNullable(value).filter(v -> !v.isBlank());
  }
}
