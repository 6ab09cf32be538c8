package dev.kinebeam.coreapi.clinic;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The parts that video health's figures are made of: each can be counted from sessions and read
 * from the rows of counted days, and is the same number by both ways, since these are counted by
 * the same expressions (migration V56). Parts of disjoint sets of sessions are added up.
 */
enum Part {
  SESSIONS("count(*)", "sessions"),
  PLAYING(where("m.status = 'playing'"), "playing"),
  COMPLETED(where("m.status = 'completed'"), "completed"),
  ABANDONED(where("m.status = 'abandoned'"), "abandoned"),
  ERROR(where("m.status = 'error'"), "error"),
  ASKED(SessionSet.ASKED_TO_PLAY, "asked_to_play"),
  STARTED(SessionSet.STARTED, "started_playing"),
  FINISHED(SessionSet.COMPLETED, "played_to_the_end"),
  START_FAILURES(SessionSet.START_FAILED, "start_failures"),
  EXITS(SessionSet.EXITED_BEFORE_START, "exits_before_start"),
  FAILURES(SessionSet.FAILED, "fatal"),
  STALLS("sum(m.stall_count)", "stalls"),
  STALL_MS("sum(least(m.stall_duration_ms, 1000000000000))::bigint", "stall_ms"),
  WATCHED_MS(
      "sum(round(least(m.watched_duration_seconds, 1e9) * 1000)::bigint)::bigint", "watched_ms"),
  LOADED("count(m.video_load_time_ms)", "load_n"),
  LOAD_SUM_MS(
      "coalesce(sum(least(m.video_load_time_ms, 1000000000000)), 0)::bigint", "load_sum_ms"),
  ANSWERED("count(m.ttfb_ms)", "ttfb_n"),
  ANSWER_SUM_MS("coalesce(sum(least(m.ttfb_ms, 1000000000000)), 0)::bigint", "ttfb_sum_ms"),
  STALLED(SessionSet.STALLED, "stalled"),
  IMPACTED(SessionSet.IMPACTED, "impacted"),
  EXITS_AFTER_STALL(SessionSet.EXITED_AFTER_STALL, "exits_after_stall"),
  EVENTS_MISSING(SessionSet.EVENTS_MISSING, "events_missing"),
  COUNTERS_DISAGREE(SessionSet.COUNTERS_DISAGREE, "counters_disagree"),
  /** In thousandths, of start-ups: 100 × 8 ÷ (8 + seconds). */
  SCORE_SUM(
      "coalesce(sum(round(800000000.0 / (8000 + m.video_load_time_ms))::bigint), 0)::bigint",
      "score_sum"),
  /** The greatest of them, not their sum. */
  METRICS_VERSION("max(least(greatest(m.metrics_version, 1), 64))", "metrics_version");

  private final String ofSessions;
  private final String ofDay;

  Part(SessionSet set, String ofDay) {
    this(where(set.condition()), ofDay);
  }

  Part(String ofSessions, String ofDay) {
    this.ofSessions = ofSessions;
    this.ofDay = ofDay;
  }

  private static String where(String condition) {
    return "count(*) FILTER (WHERE " + condition + ")";
  }

  long joined(long one, long other) {
    return this == METRICS_VERSION ? Math.max(one, other) : one + other;
  }

  /** All parts of a group of sessions, in order, as an array of SQL. */
  static String countedFromSessions() {
    return array(part -> part.ofSessions);
  }

  /** All parts of the row of a day, in order, as an array of SQL. */
  static String readFromDay() {
    return array(part -> part.ofDay);
  }

  /** All parts of several days' rows together, in order, as an array of SQL. */
  static String addedUpOfDays() {
    return array(part -> (part == METRICS_VERSION ? "max(" : "sum(") + part.ofDay + ")::bigint");
  }

  private static String array(Function<Part, String> expression) {
    return Arrays.stream(values())
        .map(expression)
        .collect(Collectors.joining(",\n       ", "ARRAY[", "]::bigint[]"));
  }
}
