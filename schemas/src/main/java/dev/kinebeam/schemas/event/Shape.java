package dev.kinebeam.schemas.event;

import static dev.kinebeam.schemas.event.Field.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Which data fields each type of event has, and which of them it cannot do without. */
record Shape(Set<Field> required, Set<Field> optional) {
  private static final Set<Field> NETWORK =
      EnumSet.of(CONNECTION_TYPE, EFFECTIVE_BANDWIDTH, RTT_MS);
  private static final Set<Field> COUNTERS =
      EnumSet.of(
          BUFFERING_COUNT,
          BUFFERING_DURATION_MS,
          BITRATE_SWITCHES,
          RESOLUTION_SWITCHES,
          DROPPED_FRAMES,
          TOTAL_FRAMES,
          ERROR_COUNT,
          ERROR_TYPES);

  private static final Map<EventType, Shape> SHAPES = new EnumMap<>(EventType.class);

  static {
    put(
        EventType.SESSION_START,
        EnumSet.noneOf(Field.class),
        union(
            EnumSet.of(
                TOTAL_DURATION_SECONDS,
                TTFB_MS,
                VIDEO_LOAD_TIME_MS,
                CDN_RESPONSE_TIME_MS,
                INITIAL_BITRATE,
                INITIAL_RESOLUTION),
            NETWORK));
    put(EventType.PLAY, EnumSet.of(POSITION_SECONDS), EnumSet.of(IS_RESUME));
    put(EventType.PAUSE, EnumSet.of(POSITION_SECONDS), EnumSet.noneOf(Field.class));
    put(EventType.SEEK, EnumSet.of(FROM_SECONDS, TO_SECONDS), EnumSet.noneOf(Field.class));
    put(
        EventType.HEARTBEAT,
        EnumSet.of(POSITION_SECONDS, WATCHED_DURATION_SECONDS),
        union(
            EnumSet.of(
                COMPLETION_PERCENT, CURRENT_BITRATE, AVG_BITRATE, PEAK_BITRATE, CURRENT_RESOLUTION),
            union(COUNTERS, NETWORK)));
    put(
        EventType.BUFFERING_START,
        EnumSet.of(POSITION_SECONDS),
        union(EnumSet.of(BITRATE_BEFORE, RESOLUTION_BEFORE, CDN_RESPONSE_TIME_MS), NETWORK));
    put(
        EventType.BUFFERING_END,
        EnumSet.of(POSITION_SECONDS, DURATION_MS),
        EnumSet.of(BITRATE_AFTER, RESOLUTION_AFTER, RECOVERED));
    put(
        EventType.QUALITY_CHANGE,
        EnumSet.noneOf(Field.class),
        EnumSet.of(
            POSITION_SECONDS, FROM_BITRATE, TO_BITRATE, FROM_RESOLUTION, TO_RESOLUTION, REASON));
    put(
        EventType.MILESTONE,
        EnumSet.of(MILESTONE_PERCENT),
        EnumSet.of(POSITION_SECONDS, ELAPSED_REAL_SECONDS));
    put(
        EventType.ERROR,
        EnumSet.of(ERROR_CODE),
        EnumSet.of(ERROR_MESSAGE, POSITION_SECONDS, IS_FATAL, RECOVERY_ACTION));
    put(
        EventType.SESSION_END,
        EnumSet.of(STATUS),
        union(
            EnumSet.of(FINAL_POSITION_SECONDS, WATCHED_DURATION_SECONDS, COMPLETION_PERCENT),
            COUNTERS));
  }

  static Shape of(EventType type) {
    return SHAPES.get(type);
  }

  private static void put(EventType type, Set<Field> required, Set<Field> optional) {
    SHAPES.put(type, new Shape(required, optional));
  }

  private static Set<Field> union(Set<Field> a, Set<Field> b) {
    EnumSet<Field> all = EnumSet.copyOf(a);
    all.addAll(b);
    return all;
  }
}
