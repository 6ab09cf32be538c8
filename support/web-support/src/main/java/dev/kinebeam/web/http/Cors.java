package dev.kinebeam.web.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which other origins' pages may call the interface. Only origins that are named; never a wildcard.
 *
 * @param origins such as {@code https://clinic.example}
 */
public record Cors(Set<String> origins) {
  private static final Map<String, String> ALWAYS =
      Map.of(
          "Vary", "Origin, Accept-Encoding",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cache-Control", "no-store");

  /** What a page of another origin may read of an answer, beside its type and length. */
  private static final String EXPOSED =
      "Accept-Ranges, Content-Range, ETag, Location, Preference-Applied, Retry-After, X-Request-Id";

  public Cors {
    origins = Set.copyOf(origins);
  }

  /** {@code reply} with the headers that every answer to a request from {@code origin} carries. */
  Reply on(Reply reply, Optional<String> origin) {
    Map<String, String> headers = new HashMap<>(ALWAYS);
    headers.putAll(reply.headers());
    origin
        .filter(origins::contains)
        .ifPresent(
            known -> {
              headers.put("Access-Control-Allow-Origin", known);
              // Without it Resource Timing reports 0 for the time to the first byte.
              headers.put("Timing-Allow-Origin", known);
              headers.put("Access-Control-Expose-Headers", EXPOSED);
            });
    return reply.withAll(headers);
  }

  /** The answer to a preflight request. */
  Reply preflight(Optional<String> origin) {
    if (origin.filter(origins::contains).isEmpty()) {
      return Reply.empty(204, Map.of());
    }
    return Reply.empty(
        204,
        Map.of(
            "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers",
                "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match,"
                    + " Last-Event-ID, Prefer, Range",
            "Access-Control-Max-Age", "600"));
  }
}
