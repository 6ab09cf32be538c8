package dev.kinebeam.schemas.event;

import static dev.kinebeam.schemas.event.Field.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which data fields each type of event has; it can do without any of them. */
final class Shape {
  private static final Set<Field> NONE = EnumSet.noneOf(Field.class);
  private static final Set<Field> NETWORK =
      EnumSet.of(CONNECTION_TYPE, EFFECTIVE_BANDWIDTH, RTT_MS);
  private static final Set<Field> TOTALS =
      EnumSet.of(
          WATCHED_DURATION_SECONDS,
          COMPLETION_PERCENT,
          BUFFERING_COUNT,
          BUFFERING_DURATION_MS,
          BITRATE_SWITCHES,
          RESOLUTION_SWITCHES,
          DROPPED_FRAMES,
          TOTAL_FRAMES,
          ERROR_COUNT,
          ERROR_TYPES);

  private static final Map<EventType, Set<Field>> SHAPES = new EnumMap<>(EventType.class);

  static {
    put(
        EventType.SESSION_START,
        NETWORK,
        TOTAL_DURATION_SECONDS,
        TTFB_MS,
        VIDEO_LOAD_TIME_MS,
        CDN_RESPONSE_TIME_MS,
        INITIAL_BITRATE,
        INITIAL_RESOLUTION);
    put(EventType.PLAY, NONE, POSITION_SECONDS, IS_RESUME);
    put(EventType.PAUSE, NONE, POSITION_SECONDS);
    put(EventType.SEEK, NONE, FROM_SECONDS, TO_SECONDS);
    put(
        EventType.HEARTBEAT,
        union(TOTALS, NETWORK),
        POSITION_SECONDS,
        CURRENT_BITRATE,
        AVG_BITRATE,
        PEAK_BITRATE,
        CURRENT_RESOLUTION);
    put(
        EventType.BUFFERING_START,
        NETWORK,
        POSITION_SECONDS,
        BITRATE_BEFORE,
        RESOLUTION_BEFORE,
        CDN_RESPONSE_TIME_MS);
    put(
        EventType.BUFFERING_END,
        NONE,
        POSITION_SECONDS,
        DURATION_MS,
        BITRATE_AFTER,
        RESOLUTION_AFTER,
        RECOVERED);
    put(
        EventType.QUALITY_CHANGE,
        NONE,
        POSITION_SECONDS,
        FROM_BITRATE,
        TO_BITRATE,
        FROM_RESOLUTION,
        TO_RESOLUTION,
        REASON);
    put(EventType.MILESTONE, NONE, MILESTONE_PERCENT, POSITION_SECONDS, ELAPSED_REAL_SECONDS);
    put(
        EventType.ERROR,
        NONE,
        ERROR_CODE,
        ERROR_MESSAGE,
        POSITION_SECONDS,
        IS_FATAL,
        RECOVERY_ACTION);
    put(EventType.SESSION_END, TOTALS, STATUS, FINAL_POSITION_SECONDS);
  }

  private Shape() {}

  static Set<Field> of(EventType type) {
    return SHAPES.getOrDefault(type, NONE);
  }

  private static void put(EventType type, Set<Field> shared, Field... own) {
    SHAPES.put(type, union(shared, Set.of(own)));
  }

  private static Set<Field> union(Set<Field> a, Set<Field> b) {
    EnumSet<Field> all = EnumSet.noneOf(Field.class);
    all.addAll(a);
    all.addAll(b);
    return all;
  }
}
