package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of an exercise's video patients watch: each hundredth of the length of the video that
 * a session played. Counted are the sessions that started playing, have ended, and name a length of
 * up to a day.
 *
 * @param n those sessions
 * @param durationSeconds the median length; null without a session
 * @param parts one hundred, in the order of the video; empty without a session
 * @param previewRenderId a preview that {@code GET /v1/videos/{id}/playback} plays
 */
record HeatMap(
    @JsonUnwrapped Subject about,
    @JsonUnwrapped DropOff.Scope scope,
    long n,
    VideoHealth.Share completed,
    @JsonUnwrapped Completeness completeness,
    @Nullable Double durationSeconds,
    List<Part> parts,
    List<Range> mostWatched,
    List<Range> leastWatched,
    @Nullable UUID previewRenderId) {

  /** The exercise. */
  record Subject(String exercise, String name, String mediaId) {}

  /**
   * What the figures do not know.
   *
   * @param withoutDuration sessions that name no such length, or no position
   * @param estimated of the n those with a seek: what they watched is spread evenly over what they
   *     reached
   * @param eventsMissing of the n those of which events are missing
   */
  record Completeness(long withoutDuration, long estimated, long eventsMissing) {}

  /**
   * A hundredth.
   *
   * @param watched the share of sessions that watched it
   * @param reached sessions that came into it or beyond
   * @param left sessions that ended here without completing
   */
  record Part(double watched, long reached, long left, Leaving.Causes causes) {}

  /**
   * Some hundredths.
   *
   * @param fromPercent inclusive
   * @param toPercent exclusive
   * @param watched their mean
   */
  record Range(int fromPercent, int toPercent, double watched) {}
}
