package dev.kinebeam.gateway;

import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bodies that players send. */
public final class Events {
  public static final UUID SESSION = UUID.fromString("0b0b0b0b-1111-4222-8333-444444444444");

  private Events() {}

  /** A valid event that differs from those of other positions. */
  public static String pauseAt(double seconds) {
    return """
        {"event":"pause","session_id":"%s","timestamp":"2026-11-21T10:00:00.000Z",\
        "data":{"position_seconds":%s}}"""
        .formatted(SESSION, seconds);
  }

  public static String pauses(int count) {
    return batch(IntStream.range(0, count).mapToObj(i -> pauseAt(i + 0.5)).toArray(String[]::new));
  }

  public static String batch(String... events) {
    return "{\"sent_at\":\"2026-11-21T10:00:01.000Z\",\"events\":["
        + Arrays.stream(events).collect(Collectors.joining(","))
        + "]}";
  }
}
