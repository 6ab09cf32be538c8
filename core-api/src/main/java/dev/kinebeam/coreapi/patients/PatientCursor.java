package dev.kinebeam.coreapi.patients;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.program.config.StrictUuid;
import java.util.Base64;
import java.util.Comparator;
import java.util.UUID;

/**
 * Where a page of patients ended that has those with trouble first: the next one begins after it.
 *
 * @param rank as {@link Trouble#rank} gives it
 */
record PatientCursor(int rank, String name, UUID id) {
  static final Comparator<PatientCursor> IN_ORDER =
      Comparator.comparingInt(PatientCursor::rank)
          .thenComparing(PatientCursor::name)
          .thenComparing(PatientCursor::id);

  /** A word that callers hand back without looking inside. */
  String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((rank + " " + id + " " + name).getBytes(UTF_8));
  }

  /**
   * Reads a word that {@link #encode} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  static PatientCursor decode(String word) {
    String[] parts = new String(Base64.getUrlDecoder().decode(word), UTF_8).split(" ", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a cursor");
    }
    return new PatientCursor(Integer.parseInt(parts[0]), parts[2], StrictUuid.parse(parts[1]));
  }
}
