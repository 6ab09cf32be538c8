package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * When a rule speaks and when it is done; pure.
 *
 * <p>A condition begins when the plain share exceeds its threshold, in at least {@code minSessions}
 * sessions; the share's lower bound is evidence and decides nothing. It ends when it has failed
 * without a break for {@code resolveAfter}: the share lay below {@link #CALM} of the threshold, or
 * there was no session left to judge by. Between the two nothing changes, so that a share that
 * wavers around its threshold pages once.
 */
final class AlertRules {
  /** Below this part of the threshold a condition fails. */
  static final double CALM = 0.8;

  private final AlertTimes times;
  private final Thresholds thresholds;

  AlertRules(AlertTimes times, Thresholds thresholds) {
    this.times = times;
    this.thresholds = thresholds;
  }

  /**
   * What has begun and what has ended, and what still continues after it.
   *
   * @param episodes by subject
   */
  record Outcome(Map<Subject, Episode> episodes, List<AlertChange> changes) {}

  /** How a condition stands; {@code holds} and {@code fails} are never both true. */
  private record Reading(boolean holds, boolean fails, Evidence evidence) {}

  /** Judges the windows of an organisation as they are at {@code nowMs}. */
  Outcome judge(UUID orgId, OrgTally tally, Map<Subject, Episode> episodes, long nowMs) {
    Set<Subject> subjects = new HashSet<>(episodes.keySet());
    subjects.add(Subject.organisation(AlertRule.CDN_ISSUE));
    subjects.add(Subject.organisation(AlertRule.NETWORK_DEGRADATION));
    tally.exercises().keySet().forEach(media -> subjects.add(Subject.exercise(media)));
    Map<Subject, Episode> after = new HashMap<>();
    List<AlertChange> changes = new ArrayList<>();
    for (Subject subject : subjects) {
      Reading reading = read(subject, tally, nowMs);
      Episode episode = episodes.get(subject);
      if (episode == null) {
        if (reading.holds) {
          after.put(subject, Episode.openedAt(nowMs));
          changes.add(change(AlertChange.Kind.OPENED, orgId, subject, nowMs, reading));
        }
        continue;
      }
      // One that is known from the database may begin only after this moment of a replay.
      boolean fails = reading.fails && nowMs >= episode.openedAtMs();
      episode = fails ? episode.calmAt(nowMs) : episode.notCalm();
      if (fails && lasted(episode, nowMs).compareTo(times.resolveAfter()) >= 0) {
        changes.add(change(AlertChange.Kind.CLEARED, orgId, subject, nowMs, reading));
      } else {
        after.put(subject, episode);
      }
    }
    changes.sort(Comparator.comparing(AlertChange::rule).thenComparing(AlertChange::subject));
    return new Outcome(Map.copyOf(after), changes);
  }

  private static Duration lasted(Episode episode, long nowMs) {
    return Duration.ofMillis(nowMs - episode.calmSinceMs());
  }

  private static AlertChange change(
      AlertChange.Kind kind, UUID orgId, Subject subject, long nowMs, Reading reading) {
    return AlertChange.of(kind, orgId, subject, nowMs, reading.evidence);
  }

  private Reading read(Subject subject, OrgTally tally, long nowMs) {
    return switch (subject.rule()) {
      case CDN_ISSUE -> {
        Counts recent = tally.recent().total();
        yield share(
            thresholds.cdnIssue(),
            recent.timed(),
            recent.slow(),
            thresholds.ttfbLimitMs(),
            tally.recent().fromMs(),
            nowMs);
      }
      case CONTENT_QUALITY -> {
        RollingCounts exercise = tally.exercises().get(subject.id());
        Counts counts = exercise == null ? Counts.NONE : exercise.total();
        yield share(
            thresholds.contentQuality(),
            counts.sessions(),
            counts.faulty(),
            null,
            tally.lastDay().fromMs(),
            nowMs);
      }
      case NETWORK_DEGRADATION -> network(tally, nowMs);
    };
  }

  private static Reading share(
      Thresholds.Limit limit, long n, long affected, Long ttfbLimitMs, long fromMs, long nowMs) {
    boolean holds = limit.enabled() && n >= limit.minSessions() && affected > limit.threshold() * n;
    boolean fails = !limit.enabled() || n == 0 || affected < CALM * limit.threshold() * n;
    return new Reading(
        holds, fails, Evidence.ofShare(n, affected, limit.threshold(), ttfbLimitMs, fromMs, nowMs));
  }

  private Reading network(OrgTally tally, long nowMs) {
    Thresholds.Limit limit = thresholds.networkDegradation();
    Counts recent = tally.recent().total();
    Counts usual = tally.usual();
    // A clinic of yesterday has no usual; three times an unknown value is not a condition.
    boolean comparable = limit.enabled() && usual.played() >= limit.minSessions();
    double least =
        comparable
            ? Math.max(limit.threshold() * usual.rebufferRatio(), thresholds.minRatio())
            : Double.NaN;
    boolean holds =
        comparable
            && recent.played() >= limit.minSessions()
            && recent.stallMs() > 0
            && recent.rebufferRatio() >= least;
    boolean fails =
        !comparable
            || recent.played() == 0
            || recent.stallMs() == 0
            || recent.rebufferRatio() < CALM * least;
    return new Reading(
        holds,
        fails,
        Evidence.ofNetwork(recent, usual, limit.threshold(), tally.recent().fromMs(), nowMs));
  }
}
