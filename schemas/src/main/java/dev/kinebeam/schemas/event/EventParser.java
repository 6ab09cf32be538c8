package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.event.ParsedEvent.Accepted;
import dev.kinebeam.schemas.event.ParsedEvent.Rejected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Reads one event from a stream of JSON tokens and judges it. The gateway and the pipeline use the
 * same parser: Kafka is a trust boundary. Fields that the contract does not know are passed over.
 * Not thread-safe; one for each thread or DoFn instance.
 */
public final class EventParser {
  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/media-event");
  private static final int MAX_SEQ = 100_000_000;

  private final DataValues data = new DataValues();

  private String event;
  private String session;
  private String timestamp;
  private String id;
  private String mediaId;
  private String mediaType;
  private String render;
  private int seq;
  private byte[] dataBytes;
  private FieldError error;

  /**
   * Judges the value at which {@code p} stands and leaves it on that value's last token.
   *
   * @param source the bytes that {@code p} reads, from its first
   * @throws IOException when the text is no JSON; nothing after that point can be read
   */
  public ParsedEvent parse(JsonParser p, byte[] source) throws IOException {
    if (p.currentToken() != JsonToken.START_OBJECT) {
      String found = Texts.nameOf(p.currentToken());
      Texts.skip(p);
      return Rejected.of("", "wrong_type", "an event must be an object, not " + found);
    }
    clear();
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      p.nextToken();
      switch (name) {
        case "event" -> event = text(p, name, event);
        case "session_id" -> session = text(p, name, session);
        case "timestamp" -> timestamp = text(p, name, timestamp);
        case "event_id" -> id = text(p, name, id);
        case "media_id" -> mediaId = text(p, name, mediaId);
        case "media_type" -> mediaType = text(p, name, mediaType);
        case "render_id" -> render = text(p, name, render);
        case "seq" -> seq(p);
        case "data" -> data(p, source);
        default -> skip(p, name);
      }
    }
    return error != null ? new Rejected(error) : judge();
  }

  private void clear() {
    data.clear();
    event = null;
    session = null;
    timestamp = null;
    id = null;
    mediaId = null;
    mediaType = null;
    render = null;
    seq = MediaEvent.NO_SEQ;
    dataBytes = new byte[0];
    error = null;
  }

  private void data(JsonParser p, byte[] source) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (p.currentToken() != JsonToken.START_OBJECT) {
      fail("data", "wrong_type", "data must be an object, not " + Texts.nameOf(p.currentToken()));
      Texts.skip(p);
      return;
    }
    // Only an id that is derived looks at the bytes, and asking where they are costs.
    int from = id == null ? (int) p.currentTokenLocation().getByteOffset() : 0;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      p.nextToken();
      Field field = Field.of(name);
      if (field == null) {
        skip(p, "data." + name);
      } else {
        data.read(field, p);
      }
    }
    if (id == null) {
      dataBytes = Arrays.copyOfRange(source, from, (int) p.currentLocation().getByteOffset());
    }
  }

  private void skip(JsonParser p, String path) throws IOException {
    switch (Texts.skip(p)) {
      case TOO_DEEP ->
          fail(
              Texts.shown(path),
              "too_deep",
              Texts.shown(path) + " nests deeper than " + Texts.MAX_DEPTH + " levels");
      case NOT_A_NUMBER ->
          fail(Texts.shown(path), "not_a_number", Texts.shown(path) + " holds NaN or Infinity");
      case FINE -> {}
    }
  }

  private String text(JsonParser p, String name, String before) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    if (p.currentToken() != JsonToken.VALUE_NULL) {
      fail(name, "wrong_type", name + " must be a text, not " + Texts.nameOf(p.currentToken()));
      Texts.skip(p);
    }
    return before;
  }

  private void seq(JsonParser p) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (p.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      fail(
          "seq", "wrong_type", "seq must be a whole number, not " + Texts.nameOf(p.currentToken()));
      Texts.skip(p);
      return;
    }
    double value = p.getDoubleValue();
    if (value < 0 || value > MAX_SEQ) {
      fail(
          "seq",
          "out_of_range",
          "seq is " + Texts.shown(p.getText()) + "; it must lie in 0 … " + MAX_SEQ);
      return;
    }
    seq = (int) value;
  }

  /** The first thing that is wrong is the one that is told. */
  private void fail(String field, String code, String message) {
    if (error == null) {
      error = new FieldError(field, code, message);
    }
  }

  private ParsedEvent judge() {
    if (event == null) {
      return missing("event");
    }
    EventType type = EventType.of(event);
    if (type == null) {
      return Rejected.of("event", "unknown_event", "no event is called " + Texts.shown(event));
    }
    if (session == null) {
      return missing("session_id");
    }
    UUID sessionId = Texts.uuid(session);
    if (sessionId == null) {
      return notUuid("session_id", session);
    }
    if (timestamp == null) {
      return missing("timestamp");
    }
    long millis = Texts.time(timestamp);
    if (millis == Long.MIN_VALUE) {
      return Rejected.of(
          "timestamp",
          "bad_format",
          "timestamp is "
              + Texts.shown(timestamp)
              + "; it must be an RFC 3339 time of the years 2000 to 2099");
    }
    UUID renderId = Texts.uuid(render);
    if (render != null && renderId == null) {
      return notUuid("render_id", render);
    }
    UUID eventId = Texts.uuid(id);
    if (id != null && eventId == null) {
      return notUuid("event_id", id);
    }
    FieldError wrong = media(type);
    if (wrong == null) {
      wrong = data.judge(type);
    }
    if (wrong != null) {
      return new Rejected(wrong);
    }
    return new Accepted(
        new MediaEvent(
            eventId == null ? derivedId() : eventId,
            type,
            sessionId,
            millis,
            seq,
            mediaId,
            mediaId != null && mediaType == null ? "video" : mediaType,
            renderId,
            data.toData(type)));
  }

  private FieldError media(EventType type) {
    if (mediaId == null) {
      return type == EventType.SESSION_START
          ? new FieldError("media_id", "missing", "a session_start event needs media_id")
          : null;
    }
    if (mediaId.isEmpty() || mediaId.length() > 200) {
      return new FieldError(
          "media_id",
          "too_long",
          "media_id has " + mediaId.length() + " characters; it must have 1 to 200");
    }
    if (mediaType != null && mediaType.length() > 32) {
      return new FieldError(
          "media_type",
          "too_long",
          "media_type has " + mediaType.length() + " characters; at most 32");
    }
    FieldError bad = Texts.badCharacter("media_id", mediaId);
    return bad != null || mediaType == null ? bad : Texts.badCharacter("media_type", mediaType);
  }

  private UUID derivedId() {
    return UuidV5.of(
        NAMESPACE,
        (session + '\n' + event + '\n' + timestamp + '\n').getBytes(StandardCharsets.UTF_8),
        dataBytes);
  }

  private static Rejected missing(String field) {
    return Rejected.of(field, "missing", "an event needs " + field + "; it is not there");
  }

  private static Rejected notUuid(String field, String found) {
    return Rejected.of(
        field, "bad_format", field + " is " + Texts.shown(found) + "; it must be a UUID");
  }
}
