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
 * <p>Of each kind the first {@link #MOST} by the order of the session are kept. The least of a
 * union are the least of the leasts, so this bound keeps the law. They are kept as bytes ({@link
 * StallBytes}); the lists are made anew with each call.
 */
final class StallLog {
  /** A wait every five seconds for forty minutes; more is no session that anyone watched. */
  static final int MOST = 500;

  static final StallLog NONE = new StallLog(StallBytes.NONE, null);

  private final StallBytes entries;
  private final EventOrder firstProgress;

  private StallLog(StallBytes entries, EventOrder firstProgress) {
    this.entries = entries;
    this.firstProgress = firstProgress;
  }

  static StallLog of(EventOrder order, EventData data) {
    if (data instanceof EventData.BufferingStart wait && wait.positionSeconds() != null) {
      return of(StallBytes.Kind.START, order, out -> FactForms.writeWait(out, wait));
    } else if (data instanceof EventData.BufferingEnd end
        && end.positionSeconds() != null
        && end.durationMs() != null) {
      return of(StallBytes.Kind.END, order, out -> FactForms.writeWaitEnd(out, end));
    } else if (data instanceof EventData.Seek seek && seek.toSeconds() != null) {
      return of(StallBytes.Kind.SEEK, order, out -> out.decimal(seek.toSeconds()));
    } else if (data instanceof EventData.Play play && play.positionSeconds() != null) {
      return of(StallBytes.Kind.FIRST_PLAY, order, out -> out.decimal(play.positionSeconds()));
    }
    return showsProgress(data) ? new StallLog(StallBytes.NONE, order) : NONE;
  }

  private static StallLog of(StallBytes.Kind kind, EventOrder order, StallBytes.Content content) {
    return new StallLog(StallBytes.of(kind, order, content), null);
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
    StallBytes all = entries.merge(other.entries);
    EventOrder progress = EventOrder.earliest(firstProgress, other.firstProgress);
    if (all.equals(entries) && Objects.equals(progress, firstProgress)) {
      return this;
    }
    return all.equals(other.entries) && Objects.equals(progress, other.firstProgress)
        ? other
        : new StallLog(all, progress);
  }

  boolean isWithoutWaits() {
    return entries.count(StallBytes.Kind.START) == 0;
  }

  /** An end or a seek may have found no room. */
  boolean isFull() {
    return entries.count(StallBytes.Kind.END) == MOST
        || entries.count(StallBytes.Kind.SEEK) == MOST;
  }

  List<Reported<EventData.BufferingStart>> starts() {
    return list(StallBytes.Kind.START, FactForms::readWait);
  }

  List<Reported<EventData.BufferingEnd>> ends() {
    return list(StallBytes.Kind.END, FactForms::readWaitEnd);
  }

  /** Where each seek went, seconds. */
  List<Reported<Double>> seeks() {
    return list(StallBytes.Kind.SEEK, FactReader::decimal);
  }

  /** Where the first play began, seconds; null before it. */
  Reported<Double> firstPlay() {
    List<Reported<Double>> plays = list(StallBytes.Kind.FIRST_PLAY, FactReader::decimal);
    return plays.isEmpty() ? null : plays.get(0);
  }

  /** The first event that shows that frames had moved; null before it. */
  EventOrder firstProgress() {
    return firstProgress;
  }

  private <T> List<Reported<T>> list(StallBytes.Kind kind, FactReader.Form<T> form) {
    List<Reported<T>> facts = new ArrayList<>();
    entries.forEach(kind, (order, in) -> facts.add(new Reported<>(order, form.read(in))));
    return facts;
  }

  void write(FactWriter out) {
    out.order(firstProgress);
    entries.write(out);
  }

  static StallLog read(FactReader in) {
    EventOrder progress = in.order();
    StallLog log = new StallLog(StallBytes.read(in), progress);
    return log.equals(NONE) ? NONE : log;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof StallLog log
            && entries.equals(log.entries)
            && Objects.equals(firstProgress, log.firstProgress));
  }

  @Override
  public int hashCode() {
    return 31 * entries.hashCode() + Objects.hashCode(firstProgress);
  }

  @Override
  public String toString() {
    return "StallLog[starts=%s, ends=%s, seeks=%s, firstPlay=%s, firstProgress=%s]"
        .formatted(starts(), ends(), seeks(), firstPlay(), firstProgress);
  }
}
