package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.web.http.Inputs;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page of sessions ended: the next one begins after it.
 *
 * @param startedAt in whole milliseconds, as the telemetry job writes it
 */
record SessionCursor(Instant startedAt, UUID sessionId) {
  static SessionCursor after(SessionSummary last) {
    return new SessionCursor(Instant.parse(last.course().startedAt()), last.identity().sessionId());
  }

  /** A word that callers hand back without looking inside. */
  String encode() {
    String text = startedAt + " " + sessionId;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(US_ASCII));
  }

  /**
   * Reads a word that {@link #encode} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  static SessionCursor decode(String word) {
    String[] parts = new String(Base64.getUrlDecoder().decode(word), US_ASCII).split(" ", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException("not a cursor");
    }
    try {
      return new SessionCursor(Inputs.sane(Instant.parse(parts[0])), StrictUuid.parse(parts[1]));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a cursor", e);
    }
  }
}
