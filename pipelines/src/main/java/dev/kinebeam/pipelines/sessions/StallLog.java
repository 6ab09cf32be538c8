package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where playback waited for data and where it went on, with what tells the causes of waits apart:
 * every start, end and seek, each in the order of the session. Which end belongs to which start
 * ({@link StallPairing}) and why it waited ({@link WaitCauses}) is settled on the whole log, so
 * that it cannot depend on the order of arrival.
 *
 * <p>Of each list the first {@link #MOST} by the order of the session are kept. The least of a
 * union are the least of the leasts, so this bound keeps the law.
 *
 * @param seeks where each seek went, seconds
 * @param firstPlay where the first play began, seconds
 * @param firstProgress the first event that shows that frames had moved
 */
record StallLog(
    List<Reported<EventData.BufferingStart>> starts,
    List<Reported<EventData.BufferingEnd>> ends,
    List<Reported<Double>> seeks,
    Reported<Double> firstPlay,
    EventOrder firstProgress) {
  /** A wait every five seconds for forty minutes; more is no session that anyone watched. */
  static final int MOST = 500;

  static final StallLog NONE = new StallLog(List.of(), List.of(), List.of(), null, null);

  StallLog {
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
    seeks = List.copyOf(seeks);
  }

  static StallLog of(EventOrder order, EventData data) {
    if (data instanceof EventData.BufferingStart start) {
      return new StallLog(List.of(new Reported<>(order, start)), List.of(), List.of(), null, null);
    } else if (data instanceof EventData.BufferingEnd end) {
      return new StallLog(List.of(), List.of(new Reported<>(order, end)), List.of(), null, null);
    } else if (data instanceof EventData.Seek seek) {
      return new StallLog(
          List.of(), List.of(), List.of(new Reported<>(order, seek.toSeconds())), null, null);
    } else if (data instanceof EventData.Play play) {
      return new StallLog(
          List.of(), List.of(), List.of(), new Reported<>(order, play.positionSeconds()), null);
    }
    return showsProgress(data) ? new StallLog(List.of(), List.of(), List.of(), null, order) : NONE;
  }

  /** Heartbeats are sent while the first frame is still waited for, too. */
  private static boolean showsProgress(EventData data) {
    if (data instanceof EventData.Heartbeat beat) {
      Double watched = beat.totals().watchedDurationSeconds();
      return watched == null || watched > 0;
    }
    return data instanceof EventData.Milestone;
  }

  StallLog merge(StallLog other) {
    Reported<Double> play = Reported.earliest(firstPlay, other.firstPlay);
    EventOrder progress = earliest(firstProgress, other.firstProgress);
    if (other.isShort()
        && Objects.equals(play, firstPlay)
        && Objects.equals(progress, firstProgress)) {
      return this;
    }
    StallLog merged =
        new StallLog(
            union(starts, other.starts),
            union(ends, other.ends),
            union(seeks, other.seeks),
            play,
            progress);
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  private boolean isShort() {
    return starts.isEmpty() && ends.isEmpty() && seeks.isEmpty();
  }

  private static EventOrder earliest(EventOrder a, EventOrder b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static <T> List<Reported<T>> union(List<Reported<T>> a, List<Reported<T>> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    List<Reported<T>> all = new ArrayList<>(Math.min(MOST, a.size() + b.size()));
    int i = 0;
    int j = 0;
    while (all.size() < MOST && (i < a.size() || j < b.size())) {
      int side = i == a.size() ? 1 : j == b.size() ? -1 : a.get(i).compare(b.get(j));
      all.add(side <= 0 ? a.get(i) : b.get(j));
      i += side <= 0 ? 1 : 0;
      j += side >= 0 ? 1 : 0;
    }
    return all;
  }
}
