package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.alert.Counts;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The windows of one organisation. A session's sign replaces its earlier one, so that a row that
 * comes again and again counts once; a change costs the same however many windows or sessions there
 * are. A session counts in the windows that its start lies in, however late it arrives. Immutable.
 *
 * @param ttfbLimitMs by which sessions were called slow
 * @param recent by start of the session; for the network and the CDN
 * @param lastDay the window of {@code exercises}, over all of them
 * @param baseline the recent sessions included; its sessions are remembered one by one
 * @param exercises by media id, over the same time as {@code lastDay}; none is empty
 */
record OrgTally(
    long ttfbLimitMs,
    RollingCounts recent,
    RollingCounts lastDay,
    RollingCounts baseline,
    Map<String, RollingCounts> exercises) {

  static OrgTally empty(long nowMs, AlertTimes times, long ttfbLimitMs) {
    return new OrgTally(
        ttfbLimitMs,
        RollingCounts.upTo(nowMs, times.recent(), AlertTimes.RECENT_BUCKETS),
        RollingCounts.upTo(nowMs, times.exercise(), AlertTimes.EXERCISE_BUCKETS),
        RollingCounts.upTo(nowMs, times.baseline(), AlertTimes.BASELINE_BUCKETS),
        Map.of());
  }

  /** Whether a session of this start is remembered; one that began earlier changes nothing. */
  boolean remembers(long startedAtMs) {
    return baseline.reaches(startedAtMs);
  }

  /** Whether no session is remembered. */
  boolean isEmpty() {
    return baseline.total().sessions() == 0;
  }

  /**
   * With {@code after} in the place of {@code before}, an earlier sign of the session.
   *
   * @param before null for a session that was not counted yet
   * @param after one that {@link #remembers} agrees to, or null for none
   */
  OrgTally replace(SessionIndicators before, SessionIndicators after) {
    if (before != null
        && after != null
        && before.startedAtMs() == after.startedAtMs()
        && Objects.equals(before.mediaId(), after.mediaId())) {
      return plus(after, after.counts(ttfbLimitMs).minus(before.counts(ttfbLimitMs)));
    }
    OrgTally without =
        before == null ? this : plus(before, Counts.NONE.minus(before.counts(ttfbLimitMs)));
    return after == null ? without : without.plus(after, after.counts(ttfbLimitMs));
  }

  private OrgTally plus(SessionIndicators where, Counts counts) {
    if (counts.equals(Counts.NONE)) {
      return this;
    }
    long at = where.startedAtMs();
    Counts lasting = counts.withoutSlow();
    return new OrgTally(
        ttfbLimitMs,
        recent.plus(at, counts),
        lastDay.plus(at, lasting),
        baseline.plus(at, lasting),
        plus(where.mediaId(), at, lasting));
  }

  private Map<String, RollingCounts> plus(String mediaId, long at, Counts counts) {
    if (mediaId == null || !lastDay.reaches(at)) {
      return exercises;
    }
    Map<String, RollingCounts> changed = new HashMap<>(exercises);
    RollingCounts after = exercises.getOrDefault(mediaId, lastDay.emptied()).plus(at, counts);
    if (after.size() == 0) {
      changed.remove(mediaId);
    } else {
      changed.put(mediaId, after);
    }
    return changed;
  }

  /** The windows as they are at {@code nowMs}; they never move back. */
  OrgTally at(long nowMs) {
    RollingCounts day = lastDay.at(nowMs, AlertTimes.EXERCISE_BUCKETS);
    Map<String, RollingCounts> byExercise = exercises;
    if (day.firstBucket() != lastDay.firstBucket()) {
      byExercise = new HashMap<>();
      for (Map.Entry<String, RollingCounts> exercise : exercises.entrySet()) {
        RollingCounts left = exercise.getValue().at(nowMs, AlertTimes.EXERCISE_BUCKETS);
        if (left.size() > 0) {
          byExercise.put(exercise.getKey(), left);
        }
      }
    }
    return new OrgTally(
        ttfbLimitMs,
        recent.at(nowMs, AlertTimes.RECENT_BUCKETS),
        day,
        baseline.at(nowMs, AlertTimes.BASELINE_BUCKETS),
        byExercise);
  }

  /** Judged again by another limit; {@code remembered} are the sessions counted so far. */
  OrgTally withTtfbLimit(long limitMs, Iterable<SessionIndicators> remembered) {
    if (limitMs == ttfbLimitMs) {
      return this;
    }
    RollingCounts again = recent.emptied();
    for (SessionIndicators indicators : remembered) {
      again = again.plus(indicators.startedAtMs(), indicators.counts(limitMs));
    }
    return new OrgTally(limitMs, again, lastDay, baseline, exercises);
  }

  /** The baseline without the time that is compared with it. */
  Counts usual() {
    return baseline.total().minus(recent.total().withoutSlow());
  }
}
