package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where patients stop in one exercise. Counted are the sessions that started playing a render whose
 * segment map is known and have ended; renders of one exercise are laid over one another by set and
 * repetition.
 *
 * @param n those sessions
 * @param stopped of them the ones that did not complete
 * @param withoutMap sessions of this exercise that say nothing of a render with a segment map
 * @param renders the renders that the sessions played
 * @param segments in the order of the video
 * @param mostStop where most stop: up to three stretches of at most five repetitions
 */
record DropOff(
    String exercise,
    @JsonUnwrapped Scope scope,
    long n,
    VideoHealth.Share stopped,
    long withoutMap,
    int renders,
    List<Part> segments,
    List<Stretch> mostStop) {

  /** The window, and the greatest version of the rows in it. */
  record Scope(String from, String to, int metricsVersion) {}

  /**
   * One segment.
   *
   * @param kind intro, set, pauza or outro
   * @param set number of the set, from 1; of a pause the set before it; null for intro and outro
   * @param repetitions of a set, else empty
   */
  record Part(
      String kind,
      @Nullable Integer set,
      @Nullable String side,
      Place figures,
      List<Repetition> repetitions) {}

  /** One repetition, from 1. */
  record Repetition(int repetition, Place figures) {}

  /**
   * What happened at a place.
   *
   * @param reached sessions that came this far
   * @param stopped those that stopped here without completing
   * @param shareOfAll stopped ÷ all sessions that started
   * @param shareOfReached stopped ÷ reached
   * @param causes why they stopped
   * @param stalls how often playback stalled here
   * @param stallMs for how long
   */
  record Place(
      long reached,
      long stopped,
      @Nullable Double shareOfAll,
      @Nullable Double shareOfReached,
      Leaving.Causes causes,
      long stalls,
      long stallMs) {}

  /** Some repetitions of one set, both ends included; {@code text} says it in words. */
  record Stretch(
      int set,
      int fromRepetition,
      int toRepetition,
      long n,
      long stopped,
      double share,
      String text) {}
}
