package dev.kinebeam.web.server;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.HttpLimits;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The flags of a program that serves an HTTP interface: where it listens, what bounds its requests,
 * and how it recognises callers. The port's default is {@link EnvironmentDefaults}'.
 */
public final class ServerOptions {
  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  @Mixin private final AdminOptions admin = new AdminOptions();

  @Option(
      names = "--cors-origin",
      descriptionKey = "CORS_ORIGINS",
      split = ",",
      description = "Origins whose pages may call the interface, e.g. https://clinic.example.")
  private List<String> corsOrigins;

  @Mixin private final HttpOptions http = new HttpOptions();

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

  /** Where to listen; the port is the program's own option. */
  public ListenAddress listen(int port) {
    return new ListenAddress(host, port, admin.address(), origins());
  }

  /** What bounds connections, requests and bodies. */
  public HttpLimits limits() {
    return http.limits();
  }

  /**
   * How callers are recognised.
   *
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public AuthConfig auth(Map<String, String> env) {
    return new AuthConfig(
        present(jwksUrl).map(URI::create),
        Environment.of(env).optional("AUTH_HS256_SECRET").map(Secret::new),
        present(issuer),
        present(audience));
  }

  private Set<String> origins() {
    Set<String> origins = new LinkedHashSet<>();
    if (corsOrigins != null) {
      corsOrigins.stream().map(String::strip).filter(o -> !o.isEmpty()).forEach(origins::add);
    }
    return origins;
  }

  private static Optional<String> present(@Nullable String value) {
    return Optional.ofNullable(value).filter(v -> !v.isBlank());
  }
}
