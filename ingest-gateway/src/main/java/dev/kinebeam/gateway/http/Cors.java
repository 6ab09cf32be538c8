package dev.kinebeam.gateway.http;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which other origins' pages may call the interface. Only origins that are named; never a wildcard.
 *
 * @param origins such as {@code https://clinic.example}
 */
public record Cors(Set<String> origins) {
  public Cors {
    origins = Set.copyOf(origins);
  }

  /** The headers that every answer to a request from {@code origin} carries. */
  Map<String, String> headers(Optional<String> origin) {
    return origin
        .filter(origins::contains)
        .map(o -> Map.of("Access-Control-Allow-Origin", o, "Vary", "Origin"))
        .orElse(Map.of("Vary", "Origin"));
  }

  /** The answer to a preflight request. */
  Reply preflight(Optional<String> origin) {
    if (origin.filter(origins::contains).isEmpty()) {
      return Reply.empty(204, Map.of());
    }
    return Reply.empty(
        204,
        Map.of(
            "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT",
            "Access-Control-Allow-Headers",
                "Authorization, Content-Encoding, Content-Type, Last-Event-ID, Prefer",
            "Access-Control-Max-Age", "600"));
  }
}
