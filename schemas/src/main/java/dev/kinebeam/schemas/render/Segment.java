package dev.kinebeam.schemas.render;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a composed video. A render's segments, in order, are its segment map: from it
 * telemetry derives at which repetition a patient stopped.
 *
 * @param kind intro, set, pauza or outro
 * @param index place in the render, from 0
 * @param side of a set, else null
 * @param set number of the set, from 0; null for framing
 * @param fromSeconds inclusive
 * @param toSeconds exclusive
 * @param reps boundaries of a set's repetitions in seconds of the render, one more than
 *     repetitions; empty for framing
 */
public record Segment(
    String kind,
    int index,
    @Nullable String side,
    @Nullable Integer set,
    double fromSeconds,
    double toSeconds,
    List<Double> reps) {
  public Segment {
    reps = List.copyOf(reps);
  }
}
