package dev.kinebeam.coreapi.recording;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recording of a session's archived records: each event once, in the order in which it
 * happened, at the time that the session's row would give it.
 */
final class RecordingMaker {
  private static final long MARK_EVERY_MS = 10_000;
  private static final long SANE_SKEW_MS = 120_000;
  private static final Duration FUTURE = Duration.ofMinutes(5);

  /** Fields that an event's data has at its top and its record in a part of its own. */
  private static final List<String> GROUPS = List.of("network", "totals");

  private RecordingMaker() {}

  private record Timed(long atMs, int seq, Recording.Event event) {}

  static Recording make(RecordedSession session, SessionRecords.Found records, Instant now) {
    MediaRecord.Reader reader = new MediaRecord.Reader();
    List<Timed> found = new ArrayList<>();
    for (ArchivedRecord record : records.records()) {
      byte[] value = record.value();
      if (value != null && reader.read(value) instanceof MediaRecord.Accepted accepted) {
        found.add(timed(session, accepted.record(), value));
      }
    }
    found.sort(order(found));
    List<Recording.Event> events = found.stream().map(timed -> timed.event).toList();
    return new Recording(
        Recording.VERSION,
        session.sessionId(),
        new Recording.Times(
            Rfc3339.text(session.times().startedAt()),
            Rfc3339.text(session.times().lastEventAt()),
            Rfc3339.text(now)),
        new Recording.Extent(
            session.eventsSeen(), found.size() >= session.eventsSeen(), records.truncated()),
        index(events),
        events);
  }

  /** By the player's counter if every event has one, else by the corrected time. */
  private static Comparator<Timed> order(List<Timed> events) {
    boolean counted = events.stream().allMatch(event -> event.seq != MediaEvent.NO_SEQ);
    Comparator<Timed> byTime = Comparator.comparingLong(Timed::atMs);
    return counted
        ? Comparator.comparingInt(Timed::seq).thenComparing(byTime)
        : byTime.thenComparingInt(Timed::seq);
  }

  private static Timed timed(RecordedSession session, MediaRecord record, byte[] value) {
    MediaEvent event = record.event();
    long skew = Math.abs(session.clockSkewMs()) <= SANE_SKEW_MS ? 0 : session.clockSkewMs();
    long corrected = event.timestampMs() + skew;
    long at =
        corrected > record.receivedAtMs() + FUTURE.toMillis() ? record.receivedAtMs() : corrected;
    JsonNode data = data(event, value);
    return new Timed(
        at,
        event.seq(),
        new Recording.Event(
            at - session.times().startedAt().toEpochMilli(),
            Rfc3339.text(at),
            event.type().wireName(),
            event.eventId(),
            event.seq() == MediaEvent.NO_SEQ ? null : event.seq(),
            event.data().playheadSeconds().orElse(null),
            data.toString()));
  }

  /** As sent; of an event that was corrected what it is taken for, without what nothing reads. */
  private static JsonNode data(MediaEvent event, byte[] value) {
    if (event.wasCorrected()) {
      ObjectNode data = Json.MAPPER.valueToTree(event.data());
      for (String group : GROUPS) {
        if (data.remove(group) instanceof ObjectNode fields) {
          data.setAll(fields);
        }
      }
      return data;
    }
    try {
      JsonNode data = Json.MAPPER.readTree(value).path("event").path("data");
      return data.isObject() ? data : Json.MAPPER.createObjectNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Recording.Mark> index(List<Recording.Event> events) {
    List<Recording.Mark> marks = new ArrayList<>();
    @Nullable Double position = null;
    long due = Long.MIN_VALUE;
    for (int i = 0; i < events.size(); i++) {
      Recording.Event event = events.get(i);
      if (event.offsetMs() >= due) {
        marks.add(new Recording.Mark(event.offsetMs(), i, position));
        due = (Math.floorDiv(event.offsetMs(), MARK_EVERY_MS) + 1) * MARK_EVERY_MS;
      }
      position = event.positionSeconds() == null ? position : event.positionSeconds();
    }
    return marks;
  }
}
