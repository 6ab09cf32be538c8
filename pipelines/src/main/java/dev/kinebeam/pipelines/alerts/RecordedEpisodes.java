package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.pipelines.alerts.AlertHistory.Recorded;
import dev.kinebeam.schemas.alert.Episode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Brings the episodes of a restored state together with those that the run before published after
 * its last checkpoint. That run was ahead: what it opened is in the database, unknown to the state,
 * and what it ended the state still takes for open. A replay judges at other moments, so it need
 * not find the same again.
 *
 * <p>For one instance of the function, from its set-up on; not thread-safe.
 */
final class RecordedEpisodes {
  private final AlertHistory history;

  /** No earlier run can have judged at a later time than this. */
  private final long aheadUntilMs;

  private final Set<UUID> met = new HashSet<>();

  /** Asked about once more after that time: then everything of the earlier run is recorded. */
  private final Set<UUID> past = new HashSet<>();

  RecordedEpisodes(AlertHistory history, long aheadUntilMs) {
    this.history = history;
    this.aheadUntilMs = aheadUntilMs;
  }

  /** The state of this organisation has just been made from the database. */
  void met(UUID orgId) {
    met.add(orgId);
  }

  /**
   * What the judgement at {@code nowMs} has to take up. The database is asked at an instance's
   * first judgement of an organisation, as long as an earlier run may have been further, and once
   * more after that: judgements may be far apart.
   */
  List<Recorded> of(UUID orgId, Map<Subject, Episode> known, long nowMs)
      throws SQLException, InterruptedException {
    boolean first = met.add(orgId);
    boolean mayHaveBeenAhead = nowMs <= aheadUntilMs || past.add(orgId);
    if (!first && (known.isEmpty() || !mayHaveBeenAhead)) {
      return List.of();
    }
    long since = known.values().stream().mapToLong(Episode::openedAtMs).reduce(nowMs, Math::min);
    return history.recorded(orgId, since);
  }

  /**
   * The episodes that a judgement begins with: without what has ended, with what the run before
   * opened at this judgement or a later one.
   */
  static Map<Subject, Episode> before(
      Map<Subject, Episode> known, List<Recorded> recorded, long nowMs) {
    return withOpened(withoutEnded(known, recorded, nowMs), recorded, nowMs);
  }

  /**
   * The episodes that a judgement leaves behind: where it has ended one, what the run before opened
   * after that is next. So a checkpoint never lacks what is still to come.
   */
  static Map<Subject, Episode> after(
      Map<Subject, Episode> judged, List<Recorded> recorded, long nowMs) {
    return withOpened(judged, recorded, nowMs + 1);
  }

  /**
   * With what was opened from {@code fromMs} on: only a run that was ahead can have done that. What
   * was opened before and is unknown here has ended by this very state, and its ending is on its
   * way to the database.
   */
  private static Map<Subject, Episode> withOpened(
      Map<Subject, Episode> known, List<Recorded> recorded, long fromMs) {
    Map<Subject, Episode> all = new HashMap<>(known);
    for (Recorded one : recorded) {
      if (one.clearedAtMs() == null && one.openedAtMs() >= fromMs) {
        all.putIfAbsent(one.subject(), Episode.openedAt(one.openedAtMs()));
      }
    }
    return Map.copyOf(all);
  }

  /**
   * Without what has ended, for the database, before this judgement and not before the episode
   * began: it is that episode, or has kept it from being opened. What followed takes its place.
   */
  private static Map<Subject, Episode> withoutEnded(
      Map<Subject, Episode> known, List<Recorded> recorded, long nowMs) {
    Map<Subject, Episode> all = new HashMap<>(known);
    for (Recorded one : recorded) {
      Episode episode = all.get(one.subject());
      if (episode == null
          || one.clearedAtMs() == null
          || one.clearedAtMs() >= nowMs
          || one.clearedAtMs() < episode.openedAtMs()) {
        continue;
      }
      all.remove(one.subject());
      recorded.stream()
          .filter(next -> next.subject().equals(one.subject()))
          .filter(next -> next.openedAtMs() > one.clearedAtMs())
          .findFirst()
          .ifPresent(next -> all.put(next.subject(), Episode.openedAt(next.openedAtMs())));
    }
    return Map.copyOf(all);
  }
}
