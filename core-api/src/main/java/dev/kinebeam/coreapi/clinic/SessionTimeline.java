package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.coreapi.clinic.SessionDetail.Moment;
import dev.kinebeam.coreapi.clinic.SessionDetail.Stall;
import dev.kinebeam.coreapi.recording.Recording;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.WaitCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays out what happened in a session. Stalls come from their table, where each is one with its
 * duration; heartbeats are left to the recording.
 */
final class SessionTimeline {
  /** A page draws no more; the recording has them all. */
  static final int MAX_MOMENTS = 2_000;

  private static final Map<String, String> KINDS =
      Map.of(
          "session_start", "start_up",
          "play", "play",
          "pause", "pause",
          "seek", "seek",
          "quality_change", "quality_change",
          "milestone", "milestone",
          "error", "error",
          "session_end", "end");

  /** An error as its row has it. */
  record Failure(
      String at,
      @Nullable Double positionSeconds,
      @Nullable String code,
      @Nullable String message,
      boolean fatal) {}

  private SessionTimeline() {}

  /** Everything that was recorded. */
  static List<Moment> of(Instant start, Recording recording, List<Stall> stalls) {
    List<Moment> moments = stalls(start, stalls);
    for (Recording.Event event : recording.events()) {
      String kind = KINDS.get(event.event());
      if (kind != null) {
        moments.add(
            new Moment(event.at(), event.offsetMs(), kind, event.positionSeconds(), event.data()));
      }
    }
    return inOrder(moments);
  }

  /** What the tables alone show: the start, the waits, the first errors and the end. */
  static List<Moment> of(
      SessionSummary session,
      Map<String, Object> details,
      List<Stall> stalls,
      List<Failure> errors) {
    Instant start = Instant.parse(session.course().startedAt());
    List<Moment> moments = stalls(start, stalls);
    errors.forEach(error -> moments.add(moment(start, error)));
    Map<String, Object> startUp = new LinkedHashMap<>();
    put(startUp, "ttfb_ms", session.startUp().ttfbMs());
    put(startUp, "video_load_time_ms", session.startUp().videoLoadTimeMs());
    put(startUp, "cdn_response_time_ms", details.get("cdn_response_time_ms"));
    put(startUp, "initial_resolution", details.get("initial_resolution"));
    moments.add(new Moment(session.course().startedAt(), 0, "start_up", null, json(startUp)));
    String endedAt = session.course().endedAt();
    if (endedAt != null) {
      moments.add(
          new Moment(
              endedAt,
              Duration.between(start, Instant.parse(endedAt)).toMillis(),
              "end",
              (Double) details.get("final_position_seconds"),
              json(Map.of("status", session.course().status()))));
    }
    return inOrder(moments);
  }

  private static Moment moment(Instant start, Failure error) {
    Map<String, Object> details = new LinkedHashMap<>();
    put(details, "error_code", error.code());
    put(details, "error_message", error.message());
    put(details, "is_fatal", error.fatal());
    return new Moment(
        error.at(),
        Duration.between(start, Instant.parse(error.at())).toMillis(),
        "error",
        error.positionSeconds(),
        json(details));
  }

  private static List<Moment> stalls(Instant start, List<Stall> stalls) {
    List<Moment> moments = new ArrayList<>();
    for (Stall stall : stalls) {
      Map<String, Object> details = new LinkedHashMap<>();
      put(details, "stall_id", stall.stallId());
      put(details, "cause", stall.cause());
      put(details, "duration_ms", stall.span().durationMs());
      put(details, "ended_by", stall.span().endedBy());
      put(details, "recovered", stall.recovered());
      moments.add(
          new Moment(
              stall.span().startedAt(),
              Duration.between(start, Instant.parse(stall.span().startedAt())).toMillis(),
              stall.cause() == WaitCause.STALL ? "stall" : "wait",
              stall.positionSeconds(),
              json(details)));
    }
    return moments;
  }

  private static List<Moment> inOrder(List<Moment> moments) {
    moments.sort(Comparator.comparingLong(Moment::offsetMs));
    return moments;
  }

  private static String json(Map<String, Object> details) {
    return new String(Json.bytes(details), UTF_8);
  }

  private static void put(Map<String, Object> details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value);
    }
  }
}
