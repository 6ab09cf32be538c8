package dev.kinebeam.schemas.event;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a player can report. The order is part of stored coders: add at the end only. */
public enum EventType {
  SESSION_START,
  PLAY,
  PAUSE,
  SEEK,
  HEARTBEAT,
  BUFFERING_START,
  BUFFERING_END,
  QUALITY_CHANGE,
  MILESTONE,
  ERROR,
  SESSION_END;

  /** All wire names, as an error message lists them. */
  static final String LIST =
      Arrays.stream(values()).map(EventType::wireName).collect(Collectors.joining(", "));

  private static final Map<String, EventType> BY_WIRE_NAME = new HashMap<>();

  static {
    for (EventType type : values()) {
      BY_WIRE_NAME.put(type.wireName, type);
    }
  }

  private final String wireName = name().toLowerCase(java.util.Locale.ROOT);

  /** The value of the JSON field {@code event}, such as {@code session_start}. */
  public String wireName() {
    return wireName;
  }

  /** The type with this wire name. */
  public static Optional<EventType> of(String wireName) {
    return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
  }
}
