package dev.kinebeam.coreapi.automations;

import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Condition;
import dev.kinebeam.schemas.alert.Counts;
import dev.kinebeam.schemas.alert.Episode;
import dev.kinebeam.schemas.alert.Evidence;
import dev.kinebeam.schemas.alert.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The counts of an organisation's sessions over a week and the time before it that the rules look
 * back to, and what thresholds would have raised in that week; pure. {@link Condition} decides, as
 * in the telemetry job, which evaluates each minute; here the rules of the organisation are
 * evaluated every five minutes and those of exercises every hour. Sessions count by their start and
 * as their rows are now, while the job saw them as they were then.
 */
final class PastWeek {
  static final Duration SLOT = Duration.ofMinutes(5);
  static final Duration HOUR = Duration.ofHours(1);

  private final long fromMs;
  private final long toMs;

  /** By number of the slot since 1970. */
  private final TreeMap<Long, Counts> slots = new TreeMap<>();

  /** By media id and number of the hour since 1970. */
  private final Map<String, TreeMap<Long, Counts>> exercises = new HashMap<>();

  /**
   * A week without a session.
   *
   * @param from when the first evaluation takes place
   * @param to when the last does
   */
  PastWeek(Instant from, Instant to) {
    this.fromMs = from.toEpochMilli();
    this.toMs = to.toEpochMilli();
  }

  /** Adds sessions of the organisation that began within five minutes. */
  void slot(Instant start, Counts counts) {
    slots.merge(start.toEpochMilli() / SLOT.toMillis(), counts, Counts::plus);
  }

  /** Adds sessions of an exercise that began within an hour. */
  void exercise(String mediaId, Instant start, Counts counts) {
    exercises
        .computeIfAbsent(mediaId, media -> new TreeMap<>())
        .merge(start.toEpochMilli() / HOUR.toMillis(), counts, Counts::plus);
  }

  /**
   * An alert that would have been raised.
   *
   * @param subject the media id for {@code content_quality}; empty otherwise
   * @param clearedAtMs null when it would not have ended
   */
  record Raised(
      AlertRule rule,
      String subject,
      long openedAtMs,
      @Nullable Long clearedAtMs,
      Evidence evidence) {
    /** Whether both would have been open at the same time, about the same. */
    boolean meets(Raised other) {
      return rule == other.rule
          && subject.equals(other.subject)
          && openedAtMs < Optional.ofNullable(other.clearedAtMs).orElse(Long.MAX_VALUE)
          && other.openedAtMs < Optional.ofNullable(clearedAtMs).orElse(Long.MAX_VALUE);
    }
  }

  /** What these thresholds would have raised, the newest first. */
  List<Raised> raisedBy(Thresholds thresholds) {
    List<Raised> raised = new ArrayList<>();
    Sums organisation = new Sums(slots, SLOT);
    long recent = AlertDefaults.RECENT.toMillis();
    raised.addAll(
        episodes(
            AlertRule.CDN_ISSUE,
            "",
            SLOT,
            now ->
                Condition.cdnIssue(
                    thresholds, organisation.between(now - recent, now), now - recent, now)));
    raised.addAll(
        episodes(
            AlertRule.NETWORK_DEGRADATION,
            "",
            SLOT,
            now ->
                Condition.networkDegradation(
                    thresholds,
                    organisation.between(now - recent, now),
                    organisation.between(now - AlertDefaults.BASELINE.toMillis(), now - recent),
                    now - recent,
                    now)));
    long day = AlertDefaults.EXERCISE.toMillis();
    exercises.forEach(
        (mediaId, hours) -> {
          Sums exercise = new Sums(hours, HOUR);
          raised.addAll(
              episodes(
                  AlertRule.CONTENT_QUALITY,
                  mediaId,
                  HOUR,
                  now ->
                      Condition.contentQuality(
                          thresholds, exercise.between(now - day, now), now - day, now)));
        });
    raised.sort(
        Comparator.comparingLong(Raised::openedAtMs)
            .reversed()
            .thenComparing(Raised::rule)
            .thenComparing(Raised::subject));
    return raised;
  }

  private List<Raised> episodes(
      AlertRule rule, String subject, Duration step, LongFunction<Condition> conditions) {
    List<Raised> raised = new ArrayList<>();
    Optional<Episode> episode = Optional.empty();
    long stepMs = step.toMillis();
    for (long at = Math.floorDiv(fromMs, stepMs) + 1; (at - 1) * stepMs < toMs; at++) {
      long now = at * stepMs;
      Condition condition = conditions.apply(now);
      Condition.Step after =
          condition.after(episode.orElse(null), now, AlertDefaults.RESOLVE_AFTER);
      episode = after.episode();
      long shown = Math.min(now, toMs);
      switch (after.change()) {
        case NONE -> {}
        case OPENED -> raised.add(new Raised(rule, subject, shown, null, condition.evidence()));
        case CLEARED -> {
          Raised last = raised.remove(raised.size() - 1);
          raised.add(new Raised(rule, subject, last.openedAtMs, shown, last.evidence));
        }
      }
    }
    return raised;
  }

  /**
   * Counts by number of the step, as sums from the first on, so that each window is a difference.
   */
  private static final class Sums {
    private final TreeMap<Long, Counts> upTo = new TreeMap<>();
    private final long stepMs;

    Sums(NavigableMap<Long, Counts> counts, Duration step) {
      stepMs = step.toMillis();
      Counts sum = Counts.NONE;
      for (Map.Entry<Long, Counts> entry : counts.entrySet()) {
        sum = sum.plus(entry.getValue());
        upTo.put(entry.getKey(), sum);
      }
    }

    Counts between(long fromMs, long toMs) {
      return before(toMs).minus(before(fromMs));
    }

    private Counts before(long ms) {
      Map.Entry<Long, Counts> last = upTo.lowerEntry(Math.floorDiv(ms, stepMs));
      return last == null ? Counts.NONE : last.getValue();
    }
  }
}
