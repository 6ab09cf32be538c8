package dev.kinebeam.composer.delivery;

import java.util.Optional;
import java.util.OptionalInt;

/** What a delivered file's name says. */
public sealed interface NameReading {

  /**
   * It is a primitive.
   *
   * @param part {@code intro}, {@code pauza} or {@code outro}, else {@code rep-} and a side
   * @param video whether it is a video, or else a sound file
   * @param variant from 1
   * @param count repetitions of a rep video or counts of a rep voice-over, where the name has it
   * @param exercise the team's own number of the exercise, where the name begins with one
   */
  record Primitive(
      String part, boolean video, int variant, OptionalInt count, Optional<String> exercise)
      implements NameReading {
    private static final String REPS = "rep-";

    static String repsOf(String side) {
      return REPS + side;
    }

    /** Empty for the framing. */
    Optional<String> side() {
      return part.startsWith(REPS) ? Optional.of(part.substring(REPS.length())) : Optional.empty();
    }
  }

  /** It is none of the delivery: a file system's or an editor's own. */
  record Ignored() implements NameReading {}

  /** It is unknown what it is; {@code reason} continues the sentence that begins with the name. */
  record Unread(String reason) implements NameReading {}
}
