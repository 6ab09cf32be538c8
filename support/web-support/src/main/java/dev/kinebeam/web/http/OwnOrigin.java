package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.OwnAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a write comes from a page of this server. Browsers attach a session's cookie to requests
 * that other sites' pages make, too; they also say where a request comes from, in {@code
 * Sec-Fetch-Site} where the page's address is trustworthy, and in {@code Origin} with every write.
 */
record OwnOrigin(OwnAddress address) {
  private static final Set<String> READS = Set.of("GET", "HEAD");

  /**
   * Passes a read, and a write of a page that this server has served.
   *
   * @throws Problem 403 for another's write, and one that does not say where it comes from
   */
  void require(Gate.Head head) throws Problem {
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

  /**
   * Passes a request that calls this server by its own name.
   *
   * @throws Problem 403 for another name
   */
  void requireHost(Gate.Head head) throws Problem {
    if (!hasOwnHost(head)) {
      throw Problem.invalid(
          403,
          "This is answered under the server's own address alone.",
          List.of(
              new FieldError(
                  "Host", "other_host", "call the server by its public address, or by 127.0.0.1")));
    }
  }

  private boolean isOwn(Gate.Head head) {
    Optional<String> site = head.header("Sec-Fetch-Site");
    if (site.isPresent() && !site.get().equals("same-origin")) {
      return false;
    }
    return head.header("Origin")
        .map(origin -> address.isOrigin(origin, head.header("Host")))
        .orElseGet(() -> site.isPresent() && hasOwnHost(head));
  }

  private boolean hasOwnHost(Gate.Head head) {
    return head.header("Host").filter(address::isHost).isPresent();
  }
}
