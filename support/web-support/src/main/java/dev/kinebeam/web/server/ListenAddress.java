package dev.kinebeam.web.server;

import dev.kinebeam.program.observability.AdminAddress;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a program listens.
 *
 * @param port of the interface; 0 takes a free one
 * @param admin where health and metrics are served
 * @param corsOrigins whose pages may call the interface, beside the program's own
 */
public record ListenAddress(String host, int port, AdminAddress admin, Set<String> corsOrigins) {
  public ListenAddress {
    // Browsers send them in lower case, and schemes and hosts know no other.
    corsOrigins =
        corsOrigins.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    for (String origin : corsOrigins) {
      if (!origin.matches("https?://[^/*]+")) {
        throw new IllegalArgumentException(
            "a CORS origin is a scheme and a host, such as https://clinic.example, not " + origin);
      }
    }
  }
}
