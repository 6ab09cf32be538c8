package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a write comes from a page of this server. Browsers attach a session's cookie to requests
 * that other sites' pages make, too; they also say where a request comes from, in {@code
 * Sec-Fetch-Site} where the page's address is trustworthy, and in {@code Origin} with every write.
 */
final class OwnOrigin {
  private static final Set<String> READS = Set.of("GET", "HEAD");

  private OwnOrigin() {}

  /**
   * Passes a read, and a write of a page that this server has served.
   *
   * @throws Problem 403 for another's write, and one that does not say where it comes from
   */
  static void require(Gate.Head head) throws Problem {
    if (!READS.contains(head.method()) && !isOwn(head)) {
      throw Problem.invalid(
          403,
          "A write that a session's cookie allows must come from a page of this server.",
          List.of(
              new FieldError(
                  "Origin",
                  "other_origin",
                  "the request does not come from this origin: programs send a bearer token, or"
                      + " Origin with the address that they call")));
    }
  }

  private static boolean isOwn(Gate.Head head) {
    Optional<String> site = head.header("Sec-Fetch-Site");
    if (site.isPresent()) {
      return site.get().equals("same-origin");
    }
    Optional<String> host = head.header("Host").map(value -> value.toLowerCase(Locale.ROOT));
    return host.isPresent()
        && head.header("Origin")
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .filter(
                origin ->
                    origin.equals("https://" + host.get()) || origin.equals("http://" + host.get()))
            .isPresent();
  }
}
