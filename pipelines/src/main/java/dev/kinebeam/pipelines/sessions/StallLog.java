package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import java.util.ArrayList;
import java.util.List;

/**
 * Where playback stopped for want of data and where it went on: every start and every end, each in
 * the order of the session. Which end belongs to which start is settled on the whole log ({@link
 * StallPairing}), so that it cannot depend on the order of arrival.
 */
record StallLog(
    List<Reported<EventData.BufferingStart>> starts, List<Reported<EventData.BufferingEnd>> ends) {
  static final StallLog NONE = new StallLog(List.of(), List.of());

  StallLog {
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
  }

  static StallLog of(EventOrder order, EventData data) {
    if (data instanceof EventData.BufferingStart start) {
      return new StallLog(List.of(new Reported<>(order, start)), List.of());
    } else if (data instanceof EventData.BufferingEnd end) {
      return new StallLog(List.of(), List.of(new Reported<>(order, end)));
    }
    return NONE;
  }

  StallLog merge(StallLog other) {
    if (other.isEmpty()) {
      return this;
    }
    StallLog merged = new StallLog(union(starts, other.starts), union(ends, other.ends));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  private boolean isEmpty() {
    return starts.isEmpty() && ends.isEmpty();
  }

  private static <T> List<Reported<T>> union(List<Reported<T>> a, List<Reported<T>> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    List<Reported<T>> all = new ArrayList<>(a.size() + b.size());
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      int side = i == a.size() ? 1 : j == b.size() ? -1 : a.get(i).compare(b.get(j));
      all.add(side <= 0 ? a.get(i) : b.get(j));
      i += side <= 0 ? 1 : 0;
      j += side >= 0 ? 1 : 0;
    }
    return all;
  }
}
