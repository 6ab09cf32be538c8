package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Which {@code buffering_end} closes which {@code buffering_start}: the latest one still open at
 * that position. A viewer who scrubs back can stall twice at one place, so a position alone names
 * no stall. An end without a start names no stall either; its start may still come.
 */
final class StallPairing {
  /** Both events read the playhead, which may creep between them. */
  static final double SAME_POSITION_SECONDS = 0.25;

  /** A start and, once it is known, its end. */
  record Pair(Reported<EventData.BufferingStart> start, Reported<EventData.BufferingEnd> end) {}

  private StallPairing() {}

  /** One pair for each start, in the order of the session. */
  static List<Pair> of(StallLog log) {
    List<Reported<EventData.BufferingStart>> starts = log.starts();
    List<Reported<EventData.BufferingEnd>> ends = log.ends();
    List<Pair> pairs = new ArrayList<>(starts.size());
    Set<UUID> seen = new HashSet<>();
    int next = 0;
    for (Reported<EventData.BufferingStart> start : starts) {
      while (next < ends.size() && isBefore(ends.get(next), start)) {
        close(pairs, ends.get(next++));
      }
      if (seen.add(start.order().eventId())) {
        pairs.add(new Pair(start, null));
      }
    }
    while (next < ends.size()) {
      close(pairs, ends.get(next++));
    }
    return pairs;
  }

  /**
   * Of two events of one moment the start comes first: a stall may last less than the clock shows.
   */
  private static boolean isBefore(Reported<?> end, Reported<?> start) {
    return end.order().compareMoment(start.order()) < 0;
  }

  private static void close(List<Pair> pairs, Reported<EventData.BufferingEnd> end) {
    for (int i = pairs.size() - 1; i >= 0; i--) {
      Pair pair = pairs.get(i);
      double apart =
          Math.abs(pair.start().value().positionSeconds() - end.value().positionSeconds());
      if (pair.end() == null && apart <= SAME_POSITION_SECONDS) {
        pairs.set(i, new Pair(pair.start(), end));
        return;
      }
    }
  }
}
