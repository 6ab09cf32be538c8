package dev.kinebeam.schemas.event;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every field that an event's {@code data} may have, with its allowed values. */
enum Field {
  POSITION_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  FROM_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  TO_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  FINAL_POSITION_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  TOTAL_DURATION_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  WATCHED_DURATION_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  ELAPSED_REAL_SECONDS(Kind.DECIMAL, Limits.SECONDS),
  /** Beyond 100 when currentTime overshoots the duration, or a set was repeated. */
  COMPLETION_PERCENT(Kind.PERCENT, 100),
  EFFECTIVE_BANDWIDTH(Kind.DECIMAL, 1_000_000),
  TTFB_MS(Kind.MEASURED, Limits.MILLIS),
  VIDEO_LOAD_TIME_MS(Kind.ROUNDED, Limits.MILLIS),
  CDN_RESPONSE_TIME_MS(Kind.MEASURED, Limits.MILLIS),
  RTT_MS(Kind.ROUNDED, Limits.MILLIS),
  DURATION_MS(Kind.ROUNDED, Limits.MILLIS),
  BUFFERING_DURATION_MS(Kind.ROUNDED, Limits.MILLIS),
  INITIAL_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  CURRENT_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  AVG_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  PEAK_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  BITRATE_BEFORE(Kind.ROUNDED, Limits.BITRATE),
  BITRATE_AFTER(Kind.ROUNDED, Limits.BITRATE),
  FROM_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  TO_BITRATE(Kind.ROUNDED, Limits.BITRATE),
  BUFFERING_COUNT(Kind.WHOLE, Limits.COUNT),
  BITRATE_SWITCHES(Kind.WHOLE, Limits.COUNT),
  RESOLUTION_SWITCHES(Kind.WHOLE, Limits.COUNT),
  DROPPED_FRAMES(Kind.WHOLE, Limits.COUNT),
  TOTAL_FRAMES(Kind.WHOLE, Limits.COUNT),
  ERROR_COUNT(Kind.WHOLE, Limits.COUNT),
  MILESTONE_PERCENT(Kind.WHOLE, List.of("25", "50", "75", "95")),
  IS_RESUME(Kind.FLAG, 0),
  IS_FATAL(Kind.FLAG, 0),
  RECOVERED(Kind.FLAG, 0),
  CONNECTION_TYPE(Kind.TEXT, Limits.WORD),
  INITIAL_RESOLUTION(Kind.TEXT, Limits.WORD),
  CURRENT_RESOLUTION(Kind.TEXT, Limits.WORD),
  RESOLUTION_BEFORE(Kind.TEXT, Limits.WORD),
  RESOLUTION_AFTER(Kind.TEXT, Limits.WORD),
  FROM_RESOLUTION(Kind.TEXT, Limits.WORD),
  TO_RESOLUTION(Kind.TEXT, Limits.WORD),
  REASON(
      Kind.TEXT,
      List.of("bandwidth_decrease", "bandwidth_increase", "buffer_low", "user_manual", "initial")),
  ERROR_CODE(Kind.TEXT, Limits.WORD),
  ERROR_MESSAGE(Kind.TEXT, 2_000),
  RECOVERY_ACTION(Kind.TEXT, Limits.WORD),
  STATUS(Kind.TEXT, List.of("completed", "abandoned", "error")),
  ERROR_TYPES(Kind.TEXTS, Limits.WORD);

  /** What JSON value a field holds. */
  enum Kind {
    /** A number of 0 or more. */
    DECIMAL,
    /** A number of 0 or more; a greater one is the greatest. */
    PERCENT,
    /** A number of 0 or more, kept as a whole one: browsers measure in fractions. */
    ROUNDED,
    /**
     * As {@link #ROUNDED}, but exactly 0 is unknown: that is what Resource Timing reports for
     * another origin's file without {@code Timing-Allow-Origin}. The player cannot know better, so
     * this is not a correction.
     */
    MEASURED,
    /** A whole number of 0 or more. */
    WHOLE,
    FLAG,
    TEXT,
    /** A list of up to {@link Limits#TEXTS} texts. */
    TEXTS
  }

  /** Far above anything real, near enough to keep sums exact. */
  static final class Limits {
    static final double SECONDS = 1_000_000;
    static final double MILLIS = 1e9;
    static final double BITRATE = 1e12;
    static final double COUNT = 1e9;
    static final double WORD = 64;
    static final int TEXTS = 50;

    private Limits() {}
  }

  static final Field[] ALL = values();
  private static final Map<String, Field> BY_WIRE_NAME = new HashMap<>();

  static {
    for (Field field : ALL) {
      BY_WIRE_NAME.put(field.wireName, field);
    }
  }

  final String wireName = name().toLowerCase(Locale.ROOT);
  final Kind kind;

  /** The greatest number, or the greatest length of a text. */
  final double max;

  /** The only values there are; empty where any may stand. */
  final List<String> allowed;

  Field(Kind kind, double max) {
    this.kind = kind;
    this.max = max;
    this.allowed = List.of();
  }

  Field(Kind kind, List<String> allowed) {
    this.kind = kind;
    this.max = Limits.WORD;
    this.allowed = List.copyOf(allowed);
  }

  /** The field of this name, or null: this is asked for each field of each event. */
  static @Nullable Field of(String wireName) {
    return BY_WIRE_NAME.get(wireName);
  }

  String path() {
    return "data." + wireName;
  }
}
