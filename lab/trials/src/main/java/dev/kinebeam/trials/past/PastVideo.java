package dev.kinebeam.trials.past;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * A video that was played.
 *
 * @param slug of its exercise
 * @param mediaId what players send for it
 * @param renderId of a composed video
 * @param seconds its duration
 * @param hardPlace where its hardest repetition begins, seconds
 */
public record PastVideo(
    String slug,
    String mediaId,
    Optional<UUID> renderId,
    double seconds,
    OptionalDouble hardPlace) {

  /** One that was not composed. */
  public static PastVideo whole(String slug, String mediaId, double seconds) {
    return new PastVideo(slug, mediaId, Optional.empty(), seconds, OptionalDouble.empty());
  }
}
