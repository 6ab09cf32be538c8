package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What starts and ends of waits and errors reported beside the reading in the {@link PlayheadLog},
 * each in the order of the session. Of each kind the first ones by that order are kept. They are
 * kept as bytes ({@link DetailBytes}); the lists are made anew with each call. Immutable.
 */
final class EventDetails {
  /** A wait every five seconds for forty minutes; no watched session has more. */
  static final int MAX_WAITS = 500;

  /** Enough to see what went wrong; a broken player repeats itself. */
  static final int MAX_ERRORS = 50;

  /** Characters of an error's message. */
  static final int LONGEST_MESSAGE = 500;

  static final EventDetails NONE = new EventDetails(DetailBytes.NONE);

  private final DetailBytes entries;

  private EventDetails(DetailBytes entries) {
    this.entries = entries;
  }

  static EventDetails of(MediaRecord record, EventOrder order) {
    EventData data = record.event().data();
    if (data instanceof EventData.BufferingStart wait) {
      return of(DetailBytes.Kind.START, order, out -> FactEncodings.writeWait(out, wait));
    } else if (data instanceof EventData.BufferingEnd end) {
      return of(DetailBytes.Kind.END, order, out -> FactEncodings.writeWaitEnd(out, end));
    } else if (data instanceof EventData.PlaybackError error) {
      return of(DetailBytes.Kind.ERROR, order, out -> FactEncodings.writeError(out, error));
    }
    return NONE;
  }

  private static EventDetails of(
      DetailBytes.Kind kind, EventOrder order, DetailBytes.Content content) {
    return new EventDetails(DetailBytes.of(kind, order, content));
  }

  EventDetails merge(EventDetails other) {
    DetailBytes all = entries.merge(other.entries);
    if (all.equals(entries)) {
      return this;
    }
    return all.equals(other.entries) ? other : new EventDetails(all);
  }

  boolean isWithoutWaits() {
    return entries.count(DetailBytes.Kind.START) == 0;
  }

  /** An end may have found no room. */
  boolean isFull() {
    return entries.count(DetailBytes.Kind.END) == MAX_WAITS;
  }

  List<Reported<EventData.BufferingStart>> starts() {
    return list(DetailBytes.Kind.START, FactEncodings::readWait);
  }

  List<Reported<EventData.BufferingEnd>> ends() {
    return list(DetailBytes.Kind.END, FactEncodings::readWaitEnd);
  }

  List<Reported<EventData.PlaybackError>> errors() {
    return list(DetailBytes.Kind.ERROR, FactEncodings::readError);
  }

  private <T> List<Reported<T>> list(DetailBytes.Kind kind, FactReader.Form<T> form) {
    List<Reported<T>> facts = new ArrayList<>();
    entries.forEach(kind, (order, in) -> facts.add(new Reported<>(order, form.read(in))));
    return facts;
  }

  void write(FactWriter out) {
    entries.write(out);
  }

  static EventDetails read(FactReader in) {
    DetailBytes entries = DetailBytes.read(in);
    return entries.equals(DetailBytes.NONE) ? NONE : new EventDetails(entries);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof EventDetails details && entries.equals(details.entries));
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return "EventDetails[starts=%s, ends=%s, errors=%s]".formatted(starts(), ends(), errors());
  }
}
