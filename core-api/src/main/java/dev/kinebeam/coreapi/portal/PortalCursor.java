package dev.kinebeam.coreapi.portal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.program.config.StrictUuid;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended: the next one begins after it.
 *
 * @param sortKey of the last exercise's name
 */
record PortalCursor(String sortKey, UUID id) {
  /** A word that callers hand back without looking inside. */
  String encode() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString((id + sortKey).getBytes(UTF_8));
  }

  /**
   * Reads a word that {@link #encode} made.
   *
   * @throws IllegalArgumentException when it is none
   */
  static PortalCursor decode(String word) {
    String text = new String(Base64.getUrlDecoder().decode(word), UTF_8);
    int end = 36;
    if (text.length() < end || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a cursor");
    }
    return new PortalCursor(text.substring(end), StrictUuid.parse(text.substring(0, end)));
  }
}
