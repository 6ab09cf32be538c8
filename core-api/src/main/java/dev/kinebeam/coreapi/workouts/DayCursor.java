package dev.kinebeam.coreapi.workouts;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.kinebeam.program.config.StrictUuid;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Base64;
import java.util.UUID;

/** Where a page of workouts ended: the next one begins after it. */
record DayCursor(LocalDate day, UUID id) {
  private static final int DAY_LENGTH = 10;

  /** A word that callers hand back without looking inside. */
  String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((day.toString() + id).getBytes(US_ASCII));
  }

  /**
   * Reads a word that {@link #encode} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  static DayCursor decode(String word) {
    String text = new String(Base64.getUrlDecoder().decode(word), US_ASCII);
    if (text.length() < DAY_LENGTH) {
      throw new IllegalArgumentException("not a cursor");
    }
    try {
      return new DayCursor(
          LocalDate.parse(text.substring(0, DAY_LENGTH)),
          StrictUuid.parse(text.substring(DAY_LENGTH)));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a cursor", e);
    }
  }
}
