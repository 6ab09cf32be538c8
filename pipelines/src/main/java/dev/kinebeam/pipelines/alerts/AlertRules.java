package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Condition;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Episode;
import dev.kinebeam.schemas.alert.Thresholds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Evaluates every rule of an organisation over its windows; {@link Condition} decides. Pure. */
final class AlertRules {
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

  /** Judges the windows of an organisation as they are at {@code nowMs}. */
  Outcome judge(UUID orgId, OrgTally tally, Map<Subject, Episode> episodes, long nowMs) {
    Set<Subject> subjects = new HashSet<>(episodes.keySet());
    subjects.add(Subject.organisation(AlertRule.CDN_ISSUE));
    subjects.add(Subject.organisation(AlertRule.NETWORK_DEGRADATION));
    tally.exercises().keySet().forEach(media -> subjects.add(Subject.exercise(media)));
    Map<Subject, Episode> after = new HashMap<>();
    List<AlertChange> changes = new ArrayList<>();
    for (Subject subject : subjects) {
      Condition condition = condition(subject, tally, nowMs);
      Condition.Step step = condition.after(episodes.get(subject), nowMs, times.resolveAfter());
      step.episode().ifPresent(episode -> after.put(subject, episode));
      switch (step.change()) {
        case NONE -> {}
        case OPENED ->
            changes.add(
                AlertChange.of(
                    AlertChange.Kind.OPENED, orgId, subject, nowMs, condition.evidence()));
        case CLEARED ->
            changes.add(
                AlertChange.of(
                    AlertChange.Kind.CLEARED, orgId, subject, nowMs, condition.evidence()));
      }
    }
    changes.sort(Comparator.comparing(AlertChange::rule).thenComparing(AlertChange::subject));
    return new Outcome(Map.copyOf(after), changes);
  }

  private Condition condition(Subject subject, OrgTally tally, long nowMs) {
    return switch (subject.rule()) {
      case CDN_ISSUE ->
          Condition.cdnIssue(thresholds, tally.recent().total(), tally.recent().fromMs(), nowMs);
      case CONTENT_QUALITY -> {
        RollingCounts exercise = tally.exercises().get(subject.id());
        yield Condition.contentQuality(
            thresholds,
            exercise == null ? Counts.NONE : exercise.total(),
            tally.lastDay().fromMs(),
            nowMs);
      }
      case NETWORK_DEGRADATION ->
          Condition.networkDegradation(
              thresholds, tally.recent().total(), tally.usual(), tally.recent().fromMs(), nowMs);
    };
  }
}
