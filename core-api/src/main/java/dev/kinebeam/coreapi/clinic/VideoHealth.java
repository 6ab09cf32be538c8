package dev.kinebeam.coreapi.clinic;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well videos play for one organisation's patients. Ratios are sums of parts, never averages of
 * ratios; every figure has its n. What has no n has no value.
 *
 * @param figures of the sessions that began in the window
 * @param previous the same of the window of equal length before it
 * @param change from there to here
 * @param breakdown the same by the requested dimension, the values with the most sessions first,
 *     days and weeks in their order; null without one
 * @param funnel null where it was not asked for
 */
record VideoHealth(
    @JsonUnwrapped Scope scope,
    @JsonUnwrapped Figures figures,
    Previous previous,
    Map<String, Change> change,
    @Nullable Breakdown breakdown,
    List<Exercise> topStallingExercises,
    @Nullable Funnel funnel,
    Completeness completeness) {
  static final String EXACT = "exact";

  /** Of histograms, by nearest rank; what is beyond five minutes counts as five minutes. */
  static final String NEARLY = "within 6 %";

  /**
   * What the answer covers.
   *
   * @param hours from one to the other
   * @param timeZone the clinic's, in which its days and weeks begin
   * @param metricsVersion of the rows; the greatest where several are mixed
   * @param percentiles whether percentiles are {@link #EXACT} or {@link #NEARLY} so
   */
  record Scope(
      String from,
      String to,
      double hours,
      String timeZone,
      int metricsVersion,
      String percentiles) {}

  /** The figures of a set of sessions. */
  record Figures(
      long sessions,
      Map<String, Long> byStatus,
      Percentiles startUpMs,
      Percentiles ttfbMs,
      Rebuffering rebuffering,
      Share completion,
      @JsonUnwrapped Failures failures,
      @JsonUnwrapped Trouble trouble,
      @JsonUnwrapped Gaps gaps) {}

  /**
   * What patients noticed.
   *
   * @param startUpScore 100 × 8 ÷ (8 + seconds of start-up), on average
   * @param stalled sessions with a stall, of those that started playing
   * @param impacted sessions with a second of stalls, a start-up of 8 s or a fatal error, of all
   * @param exitsAfterStall sessions that were left within 10 s of a stall, of those that stalled
   */
  record Trouble(Mean startUpScore, Share stalled, Share impacted, Share exitsAfterStall) {}

  /**
   * What of the sessions is not known, of all sessions.
   *
   * @param eventsMissing sessions of which events were lost on the way
   * @param countersDisagree sessions whose player counted otherwise than its events say
   */
  record Gaps(Share eventsMissing, Share countersDisagree) {}

  /** The average of {@code n} values; null when n is 0. */
  record Mean(long n, @Nullable Double value) {
    static Mean of(double sum, long n) {
      return new Mean(n, n == 0 ? null : sum / n);
    }
  }

  /**
   * How far the answer can be trusted.
   *
   * @param consent active patients who agreed to analytics, of all active patients: the sessions of
   *     the others are not recorded
   * @param unfinished sessions that are said to play and have been silent for longer than a session
   *     may be: the pipeline is behind
   * @param latestSessionAt when the latest session of the last 31 days began
   */
  record Completeness(Share consent, long unfinished, @Nullable String latestSessionAt) {}

  /** What was prescribed for the days that begin in a window, and how far patients came. */
  record Adherence(String from, String to, String timeZone, Steps exercises, Steps patients) {}

  /**
   * How playback failed.
   *
   * @param startFailures fatal errors before the first frame, of the sessions that asked to play
   * @param exitsBeforeStart sessions that asked to play and ended without a frame or a fatal error,
   *     of all sessions
   * @param playbackFailures sessions with a fatal error, of all sessions
   */
  record Failures(Share startFailures, Share exitsBeforeStart, Share playbackFailures) {}

  /** The window before. */
  record Previous(String from, String to, double hours, @JsonUnwrapped Figures figures) {}

  /**
   * One figure, here and before.
   *
   * @param n of the figure here
   * @param previousN of the figure before
   * @param relative change ÷ previous; null where that is 0
   */
  record Change(
      @Nullable Double value,
      @Nullable Double previous,
      @Nullable Double change,
      @Nullable Double relative,
      long n,
      long previousN) {
    static Change of(@Nullable Double value, long n, @Nullable Double previous, long previousN) {
      if (value == null || previous == null) {
        return new Change(value, previous, null, null, n, previousN);
      }
      double change = value - previous;
      return new Change(
          value, previous, change, previous == 0 ? null : change / previous, n, previousN);
    }
  }

  /**
   * By one property of the sessions.
   *
   * @param others sessions of values beyond those listed
   */
  record Breakdown(String by, List<Group> groups, long others) {}

  /**
   * Sessions that share a value.
   *
   * @param value null where the sessions did not report one
   * @param exercise the slug, where the value is a media id that the catalogue knows
   * @param exerciseName how the catalogue calls it
   * @param bucket where the value is an hour, a day or a week
   */
  record Group(
      @Nullable String value,
      @Nullable String exercise,
      @Nullable String exerciseName,
      @JsonUnwrapped Bucket.@Nullable View bucket,
      @JsonUnwrapped Figures figures) {}

  /** Of {@code n} sessions that have the figure. */
  record Percentiles(
      long n,
      @Nullable Double p50,
      @Nullable Double p75,
      @Nullable Double p95,
      @Nullable Double avg) {
    static final Percentiles NONE = new Percentiles(0, null, null, null);

    /** Without the average. */
    Percentiles(long n, @Nullable Double p50, @Nullable Double p75, @Nullable Double p95) {
      this(n, p50, p75, p95, null);
    }

    Percentiles averaging(double average) {
      return new Percentiles(n, p50, p75, p95, average);
    }
  }

  /**
   * Time spent in stalls.
   *
   * @param ratio stalled ÷ (watched + stalled); null when nothing was watched
   */
  record Rebuffering(long n, long stalls, long stallMs, long watchedMs, @Nullable Double ratio) {
    static Rebuffering of(long n, long stalls, long stallMs, long watchedMs) {
      long both = stallMs + watchedMs;
      return new Rebuffering(
          n, stalls, stallMs, watchedMs, both == 0 ? null : (double) stallMs / both);
    }
  }

  /** {@code count} of {@code n}; the rate is null when n is 0. */
  record Share(long n, long count, @Nullable Double rate) {
    static Share of(long count, long n) {
      return new Share(n, count, n == 0 ? null : (double) count / n);
    }
  }

  /**
   * One exercise's stalls.
   *
   * @param exercise its slug, where the catalogue knows the media id
   */
  record Exercise(
      String mediaId,
      @Nullable String exercise,
      @Nullable String exerciseName,
      long sessions,
      @JsonUnwrapped Stalls stalls,
      @JsonUnwrapped StallTimes times) {}

  /**
   * How often playback stalled and for how long.
   *
   * @param ratio stalled ÷ (watched + stalled); null when nothing was watched
   */
  record Stalls(long stalls, long stallMs, @Nullable Double ratio) {}

  /**
   * How long single stalls took.
   *
   * @param stallsN the ended stalls that the average and the percentile are of
   */
  record StallTimes(long stallsN, @Nullable Double avgStallMs, @Nullable Double p95StallMs) {
    static final StallTimes NONE = new StallTimes(0, null, null);
  }

  /**
   * How far patients come.
   *
   * @param sessions every session that began in the window, whatever was played; {@code assigned}
   *     is that of {@code exercises}
   * @param patients who had such sessions; {@code assigned} are those to whom an exercise was
   *     prescribed
   * @param exercises what was prescribed, each of which was opened, started and completed or not:
   *     each step is a part of the one before
   */
  record Funnel(Steps sessions, Steps patients, Steps exercises) {}

  /**
   * One way of counting the funnel.
   *
   * @param assigned exercises of visible workouts whose day, in the clinic's zone, begins in the
   *     window
   */
  record Steps(long assigned, long opened, long started, long completed) {}
}
