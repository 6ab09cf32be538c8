package dev.kinebeam.eventarchive.deadletters;

import dev.kinebeam.schemas.event.DeadLetter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A dead letter where it lies.
 *
 * @param headers of the gateway's dead letters: scope, org_id, patient_id, received_at, sent_at,
 *     client (JSON) and bytes (how many the original had)
 */
public record StoredDeadLetter(
    int partition, long offset, Instant at, Map<String, String> headers, DeadLetter content) {
  public StoredDeadLetter {
    headers = Map.copyOf(headers);
  }

  public String place() {
    return partition + ":" + offset;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** Whether a whole body, and not one event of it, was refused by the gateway. */
  public boolean isBody() {
    return header("scope").filter("body"::equals).isPresent();
  }

  /** The dead letter keeps less than what was refused. */
  public boolean isCut() {
    int kept = content.originalBytes().length;
    return header("bytes")
        .map(bytes -> !bytes.equals(Integer.toString(kept)))
        .orElse(kept >= DeadLetter.MAX_BYTES);
  }
}
