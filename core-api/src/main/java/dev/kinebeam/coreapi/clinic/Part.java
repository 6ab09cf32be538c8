package dev.kinebeam.coreapi.clinic;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The parts that video health's figures are made of: each can be counted from sessions and read
 * from the weekly rows, and is the same number by both ways, since triggers count the weekly rows
 * by the same expressions (migration V8). Parts of disjoint sets of sessions are added up.
 */
enum Part {
  SESSIONS("count(*)", "sessions"),
  PLAYING(where("status = 'playing'"), "playing"),
  COMPLETED(where("status = 'completed'"), "completed"),
  ABANDONED(where("status = 'abandoned'"), "abandoned"),
  ERROR(where("status = 'error'"), "error"),
  ASKED(where("asked_to_play"), "asked_to_play"),
  STARTED(where("started_playing"), "started_playing"),
  FINISHED(where("started_playing AND status = 'completed'"), "played_to_the_end"),
  START_FAILURES(where("asked_to_play AND fatal_error AND NOT started_playing"), "start_failures"),
  EXITS(
      where("asked_to_play AND NOT fatal_error AND NOT started_playing AND status <> 'playing'"),
      "exits_before_start"),
  FAILURES(where("fatal_error"), "fatal"),
  STALLS("sum(stall_count)", "stalls"),
  STALL_MS("sum(least(stall_duration_ms, 1000000000000))::bigint", "stall_ms"),
  WATCHED_MS(
      "sum(round(least(watched_duration_seconds, 1e9) * 1000)::bigint)::bigint", "watched_ms"),
  LOADED("count(video_load_time_ms)", "load_n"),
  ANSWERED("count(ttfb_ms)", "ttfb_n"),
  /** The greatest of them, not their sum. */
  METRICS_VERSION("max(least(greatest(metrics_version, 1), 64))", "metrics_version");

  private final String ofSessions;
  private final String ofWeek;

  Part(String ofSessions, String ofWeek) {
    this.ofSessions = ofSessions;
    this.ofWeek = ofWeek;
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

  /** All parts of a weekly row, in order, as an array of SQL. */
  static String readFromWeek() {
    return array(part -> part.ofWeek);
  }

  private static String array(Function<Part, String> expression) {
    return Arrays.stream(values())
        .map(expression)
        .collect(Collectors.joining(",\n       ", "ARRAY[", "]::bigint[]"));
  }
}
