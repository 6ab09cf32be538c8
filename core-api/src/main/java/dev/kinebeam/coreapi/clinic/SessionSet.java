package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.schemas.Words;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Sessions that a figure counts, so that the list behind a figure has as many entries as the figure
 * says. The conditions are over the columns of {@code media_session_metrics AS m}.
 */
enum SessionSet {
  STARTED("m.started_playing"),
  ASKED_TO_PLAY("m.asked_to_play"),
  COMPLETED("m.started_playing AND m.status = 'completed'"),
  STALLED("m.stall_count > 0"),
  /** Trouble that a patient notices: a second of stalls, eight seconds of start-up, or the end. */
  IMPACTED(
      "(m.stall_duration_ms >= 1000 OR m.fatal_error OR coalesce(m.video_load_time_ms, 0) >="
          + " 8000)"),
  /** At least one error, fatal or not. */
  WITH_ERRORS("m.error_count > 0"),
  FAILED("m.fatal_error"),
  START_FAILED("m.asked_to_play AND m.fatal_error AND NOT m.started_playing"),
  EXITED_BEFORE_START(
      "m.asked_to_play AND NOT m.fatal_error AND NOT m.started_playing AND m.status <> 'playing'"),
  /** Left within ten seconds of the end of a stall, or during one. */
  EXITED_AFTER_STALL(
      """
      m.stall_count > 0 AND m.status = 'abandoned'
        AND EXISTS (SELECT FROM media_waits AS w
                     WHERE w.session_id = m.session_id AND w.cause = 'stall'
                       AND w.started_at >= m.started_at - interval '10 minutes'
                       AND w.started_at < m.started_at + interval '1 day'
                       AND coalesce(w.ended_at, m.last_event_at)
                           >= m.last_event_at - interval '10 seconds')"""),
  /** Left before 80 % of the video, and not because it broke off. */
  STOPPED_EARLY(
      "m.started_playing AND NOT m.fatal_error AND m.status = 'abandoned'"
          + " AND m.completion_percent < 80"),
  EVENTS_MISSING("m.events_missing > 0"),
  COUNTERS_DISAGREE("m.counters_disagree");

  private final String condition;

  SessionSet(String condition) {
    this.condition = condition;
  }

  /** In SQL. */
  String condition() {
    return condition;
  }

  /** As callers write it. */
  String word() {
    return Words.write(this);
  }

  /**
   * The set of a word.
   *
   * @throws IllegalArgumentException when there is none
   */
  static SessionSet parse(String word) {
    return Words.read(SessionSet.class, word);
  }

  /** Every word, for messages. */
  static String words() {
    return Arrays.stream(values()).map(SessionSet::word).collect(Collectors.joining(", "));
  }
}
