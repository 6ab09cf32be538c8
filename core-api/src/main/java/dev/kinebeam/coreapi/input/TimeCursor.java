package dev.kinebeam.coreapi.input;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.web.http.Inputs;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page of a list ended that has the newest first: the next one begins after it.
 *
 * @param at when the last one was, as exactly as the table has it
 */
public record TimeCursor(Instant at, UUID id) {
  /** What it must be, for messages. */
  public static final String FORM = "a cursor of an earlier page";

  /** A word that callers hand back without looking inside. */
  public String encode() {
    String text = at + " " + id;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(US_ASCII));
  }

  /**
   * Reads a word that {@link #encode} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static TimeCursor decode(String word) {
    String[] parts = new String(Base64.getUrlDecoder().decode(word), US_ASCII).split(" ", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException("not a cursor");
    }
    try {
      return new TimeCursor(Inputs.sane(Instant.parse(parts[0])), StrictUuid.parse(parts[1]));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a cursor", e);
    }
  }
}
