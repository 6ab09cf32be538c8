package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;

/** What came of looking at a file. */
sealed interface Inspection {
  /**
   * It was decoded to its end.
   *
   * @param sha256 of its bytes
   */
  record Decoded(MediaReport report, String sha256) implements Inspection {}

  /**
   * It is not a usable media file; {@code reason} continues the sentence that begins with its name.
   */
  record Unusable(String reason) implements Inspection {}

  /** It could not be had; {@code reason} is a sentence of its own. */
  record Unreachable(String reason) implements Inspection {}
}
