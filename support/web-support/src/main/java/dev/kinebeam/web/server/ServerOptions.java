package dev.kinebeam.web.server;

import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.web.http.HttpLimits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The flags of a program that serves an HTTP interface: where it listens and what bounds its
 * requests. The port's default is {@link EnvironmentDefaults}'.
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

  /** Where to listen; the port is the program's own option. */
  public ListenAddress listen(int port) {
    return new ListenAddress(host, port, admin.address(), origins());
  }

  /** What bounds connections, requests and bodies. */
  public HttpLimits limits() {
    return http.limits();
  }

  private Set<String> origins() {
    Set<String> origins = new LinkedHashSet<>();
    if (corsOrigins != null) {
      corsOrigins.stream().map(String::strip).filter(o -> !o.isEmpty()).forEach(origins::add);
    }
    return origins;
  }
}
