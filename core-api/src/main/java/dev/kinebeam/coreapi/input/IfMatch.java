package dev.kinebeam.coreapi.input;

import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Preconditions;
import java.time.Instant;
import java.util.Optional;

/** The entity tag that a change may name, so that it overwrites no other change. */
public final class IfMatch {
  private IfMatch() {}

  /** Whether the request names a tag. */
  public static boolean isSent(Call call) {
    return call.header("If-Match").isPresent();
  }

  /** Whether the request names this tag, or none at all; tags have their quotes. */
  public static boolean passes(Call call, String tag) {
    return new Preconditions(tag, Instant.EPOCH)
            .of(name -> name.equals("If-Match") ? call.header(name) : Optional.empty())
        == Preconditions.Outcome.PROCEED;
  }
}
