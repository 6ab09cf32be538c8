package dev.kinebeam.worker.personal;

import dev.kinebeam.worker.personal.ProcessingRules.Attempt;
import java.time.Instant;
import java.util.Optional;

/**
 * A video that is processed, as its row says.
 *
 * @param host that it is, or is about to be, copied to
 * @param hostedId empty until the copy is recorded
 * @param nextPoll when the hosted video is asked for next
 * @param woken when the host last reported a change
 */
record Queued(
    long id,
    Original original,
    Copy copy,
    Optional<String> host,
    Optional<String> hostedId,
    Attempt attempt,
    Optional<Instant> nextPoll,
    Optional<Instant> woken) {
  /** The version that is processed, of the object under its key. */
  record Original(String key, String etag) {}

  /**
   * Which copy of it.
   *
   * @param title at the host; of this copy alone
   */
  record Copy(int number, String title) {}
}
