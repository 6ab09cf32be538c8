package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;

/** What came of looking at a file. */
sealed interface Look {
  /**
   * It was decoded to its end.
   *
   * @param sha256 of its bytes
   */
  record Seen(MediaReport report, String sha256) implements Look {}

  /** It is no usable media file; {@code reason} follows upon its name. */
  record Unusable(String reason) implements Look {}

  /** It could not be had; {@code reason} is a sentence of its own. */
  record Unreachable(String reason) implements Look {}
}
