package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertDefaults;
import java.io.Serializable;
import java.time.Duration;

/**
 * The windows of the rules and the pace at which they are judged. Windows are counted in buckets: a
 * sixtieth of {@code recent}, a ninety-sixth of {@code exercise}, a hundred-and-sixty-eighth of
 * {@code baseline}; a minute, a quarter of an hour and an hour unless shortened. A window reaches
 * back to the begin of its oldest bucket, so it is shorter than its name by at most one of them.
 *
 * @param recent what CDN issues and network degradation are judged by
 * @param exercise what the quality of an exercise is judged by
 * @param baseline what the present network is compared with, the recent window left out; also how
 *     long single sessions are remembered, so that one that arrives late, or again, counts once
 * @param judgeEvery the rules are judged at multiples of this
 * @param resolveAfter how long a condition must have failed
 * @param catchUp while event time is further behind the clock than this, no rule is evaluated: the
 *     job is reading a backlog
 */
public record AlertTimes(
    Duration recent,
    Duration exercise,
    Duration baseline,
    Duration judgeEvery,
    Duration resolveAfter,
    Duration catchUp)
    implements Serializable {

  /** An hour, a day and a week, judged every minute. */
  public static final AlertTimes DEFAULT =
      new AlertTimes(
          AlertDefaults.RECENT,
          AlertDefaults.EXERCISE,
          AlertDefaults.BASELINE,
          Duration.ofMinutes(1),
          AlertDefaults.RESOLVE_AFTER,
          Duration.ofMinutes(2));

  static final int RECENT_BUCKETS = 60;
  static final int EXERCISE_BUCKETS = 96;
  static final int BASELINE_BUCKETS = 168;

  public AlertTimes {
    requireBuckets("recent", recent, RECENT_BUCKETS);
    requireBuckets("exercise", exercise, EXERCISE_BUCKETS);
    requireBuckets("baseline", baseline, BASELINE_BUCKETS);
    requirePositive("judgeEvery", judgeEvery);
    requirePositive("catchUp", catchUp);
    if (resolveAfter.isNegative()) {
      throw new IllegalArgumentException("resolveAfter is " + resolveAfter + "; it is negative");
    }
    if (recent.compareTo(exercise) > 0 || exercise.compareTo(baseline) > 0) {
      throw new IllegalArgumentException(
          "the windows must grow from recent (%s) over exercise (%s) to baseline (%s)"
              .formatted(recent, exercise, baseline));
    }
  }

  /** The same with another recent window, judged and resolved at another pace. */
  public AlertTimes recent(Duration window, Duration every, Duration resolved) {
    return new AlertTimes(window, exercise, baseline, every, resolved, catchUp);
  }

  /** The same with another window for exercises. */
  public AlertTimes exercise(Duration window) {
    return new AlertTimes(recent, window, baseline, judgeEvery, resolveAfter, catchUp);
  }

  /** The first time after {@code ms} at which the rules are judged. */
  long nextJudgementMs(long ms) {
    long step = judgeEvery.toMillis();
    return (Math.floorDiv(ms, step) + 1) * step;
  }

  private static void requireBuckets(String name, Duration window, int buckets) {
    if (window.toMillis() < buckets) {
      throw new IllegalArgumentException(
          name + " is " + window + "; it must be at least " + buckets + " ms");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1 ms");
    }
  }
}
