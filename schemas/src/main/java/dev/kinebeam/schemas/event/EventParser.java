package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.StoredText;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.event.Correction.Code;
import dev.kinebeam.schemas.event.ParsedEvent.Accepted;
import dev.kinebeam.schemas.event.ParsedEvent.Rejected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event by its own fields; {@link EventAcceptance} has the verdict on it. Every reader
 * uses it, of requests as of Kafka, the archive and dead letters, so that all make the same of the
 * same bytes. It needs strict JSON, {@code event}, {@code session_id} and {@code timestamp};
 * everything else that is wrong is corrected or becomes null, and is named. Fields that the
 * contract does not know are passed over. Not thread-safe; one for each thread or DoFn instance.
 */
public final class EventParser {
  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/media-event");
  private static final int MAX_SEQ = 100_000_000;
  private static final int LONGEST_MEDIA_ID = 200;
  private static final int LONGEST_MEDIA_TYPE = 32;
  private static final byte[] NO_DATA = new byte[0];

  private final DataValues data = new DataValues();
  private final List<Correction> corrections = new ArrayList<>();

  private @Nullable String event;
  private @Nullable String session;
  private @Nullable String timestamp;
  private @Nullable UUID id;
  private @Nullable String mediaId;
  private @Nullable String mediaType;
  private @Nullable UUID render;
  private int seq;
  private byte[] dataBytes = NO_DATA;
  private @Nullable FieldError error;
  private int end;

  /** Reads the event that these bytes are. */
  public ParsedEvent parse(byte[] bytes) {
    return parse(bytes, 0, bytes.length);
  }

  /** Reads the event between two places of {@code source}. */
  ParsedEvent parse(byte[] source, int from, int to) {
    FieldError unreadable = EventAcceptance.unreadable(source, from, to);
    if (unreadable != null) {
      return new Rejected(unreadable);
    }
    try (JsonParser p = Texts.EVENTS.createParser(source, from, to - from)) {
      if (p.nextToken() == null) {
        return Rejected.of("", "not_json", "the event is not JSON: it is empty");
      }
      ParsedEvent parsed = parse(p, source, from);
      return p.nextToken() == null
          ? parsed
          : Rejected.of("", "not_json", "the event is not JSON: there is more after its end");
    } catch (StreamConstraintsException e) {
      return Rejected.of("", "beyond_limits", "the event is beyond a limit: " + Texts.shown(e));
    } catch (JsonProcessingException e) {
      return Rejected.of("", "not_json", "the event is not JSON: " + Texts.shown(e));
    } catch (IOException e) {
      return Rejected.of("", "not_json", "the event is not JSON: " + e.getMessage());
    }
  }

  /**
   * Reads the event that begins at a place of {@code source}, as {@link #parse(byte[], int, int)}
   * would, but finds its end itself, at {@link #end}. That is faster by the search for the end.
   *
   * @return null where that is not possible: it is not an object, not strict JSON or beyond a limit
   */
  @Nullable ParsedEvent parseWhole(byte[] source, int from) {
    if (source[from] != '{') {
      return null;
    }
    try (JsonParser p = Texts.EVENTS.createParser(source, from, source.length - from)) {
      p.nextToken();
      ParsedEvent parsed = parse(p, source, from);
      end = from + (int) p.currentLocation().getByteOffset();
      FieldError unreadable = EventAcceptance.unreadable(source, from, end);
      return unreadable == null ? parsed : new Rejected(unreadable);
    } catch (IOException e) {
      return null;
    }
  }

  /** The place after the event that {@link #parseWhole} has read. */
  int end() {
    return end;
  }

  /**
   * Reads the value at which {@code p} stands and leaves it on that value's last token. Its size
   * and encoding are not checked.
   *
   * @param source the bytes that {@code p} reads
   * @param start the place of {@code p}'s first byte in {@code source}
   * @throws IOException when the text is not JSON; nothing after that point can be read
   */
  ParsedEvent parse(JsonParser p, byte[] source, int start) throws IOException {
    if (p.currentToken() != JsonToken.START_OBJECT) {
      String found = Texts.nameOf(p.currentToken());
      p.skipChildren();
      return Rejected.of("", "wrong_type", "an event must be an object, not " + found);
    }
    clear();
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      p.nextToken();
      switch (name) {
        case "event" -> event = required(p, name, event);
        case "session_id" -> session = required(p, name, session);
        case "timestamp" -> timestamp = required(p, name, timestamp);
        case "event_id" -> id = uuid(p, name, id);
        case "render_id" -> render = uuid(p, name, render);
        case "media_id" -> mediaId(p);
        case "media_type" -> mediaType(p);
        case "seq" -> seq(p);
        case "data" -> data(p, source, start);
        default -> p.skipChildren();
      }
    }
    return error != null ? new Rejected(error) : event();
  }

  private void clear() {
    data.clear();
    corrections.clear();
    event = null;
    session = null;
    timestamp = null;
    id = null;
    mediaId = null;
    mediaType = null;
    render = null;
    seq = MediaEvent.NO_SEQ;
    dataBytes = NO_DATA;
    error = null;
  }

  private void data(JsonParser p, byte[] source, int start) throws IOException {
    if (p.currentToken() != JsonToken.START_OBJECT) {
      if (p.currentToken() != JsonToken.VALUE_NULL) {
        correct("data", Code.WRONG_TYPE);
      }
      p.skipChildren();
      return;
    }
    // Only an id that is derived looks at the bytes, and asking where they are costs.
    int from = id == null ? start + (int) p.currentTokenLocation().getByteOffset() : 0;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      Field field = Field.of(p.currentName());
      p.nextToken();
      if (field == null) {
        p.skipChildren();
      } else {
        data.read(field, p);
      }
    }
    if (id == null) {
      int to = start + (int) p.currentLocation().getByteOffset();
      dataBytes = Arrays.copyOfRange(source, from, to);
    }
  }

  private @Nullable String required(JsonParser p, String name, @Nullable String before)
      throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    if (p.currentToken() != JsonToken.VALUE_NULL && error == null) {
      String found = Texts.nameOf(p.currentToken());
      error = new FieldError(name, "wrong_type", name + " must be a text, not " + found);
    }
    p.skipChildren();
    return before;
  }

  /** The text at which {@code p} stands, or null, with a correction unless null was sent. */
  private @Nullable String text(JsonParser p, String name) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    if (p.currentToken() != JsonToken.VALUE_NULL) {
      correct(name, Code.WRONG_TYPE);
    }
    p.skipChildren();
    return null;
  }

  private @Nullable UUID uuid(JsonParser p, String name, @Nullable UUID before) throws IOException {
    String sent = text(p, name);
    UUID uuid = Texts.uuid(sent);
    if (sent != null && uuid == null) {
      correct(name, Code.BAD_FORMAT);
    }
    return uuid == null ? before : uuid;
  }

  /** A part of an id would be the id of something else, so it is never cut. */
  private void mediaId(JsonParser p) throws IOException {
    String sent = text(p, "media_id");
    if (sent == null) {
      return;
    }
    if (sent.isEmpty() || sent.length() > LONGEST_MEDIA_ID) {
      correct("media_id", Code.BAD_FORMAT);
      return;
    }
    String kept = StoredText.of(sent);
    mediaId = kept;
    if (!kept.equals(sent)) {
      correct("media_id", Code.REPLACED);
    }
  }

  private void mediaType(JsonParser p) throws IOException {
    String sent = text(p, "media_type");
    if (sent == null) {
      return;
    }
    String whole = StoredText.of(sent);
    String kept = StoredText.cut(whole, LONGEST_MEDIA_TYPE);
    mediaType = kept;
    Code code = Texts.correctionOf(sent, whole, kept);
    if (code != null) {
      correct("media_type", code);
    }
  }

  private void seq(JsonParser p) throws IOException {
    if (!p.currentToken().isNumeric()) {
      if (p.currentToken() != JsonToken.VALUE_NULL) {
        correct("seq", Code.WRONG_TYPE);
      }
      p.skipChildren();
      return;
    }
    double value = p.getDoubleValue();
    if (value < 0 || value > MAX_SEQ) {
      correct("seq", Code.OUT_OF_RANGE);
    } else if (value != Math.rint(value)) {
      correct("seq", Code.BAD_FORMAT);
    } else {
      seq = (int) value;
    }
  }

  /** Of a field that is sent twice the first correction stays. */
  private void correct(String field, Code code) {
    if (corrections.stream().noneMatch(known -> known.field().equals(field))) {
      corrections.add(new Correction(field, code));
    }
  }

  private ParsedEvent event() {
    if (event == null) {
      return missing("event");
    }
    Optional<EventType> known = EventType.of(event);
    if (known.isEmpty()) {
      return Rejected.of(
          "event",
          "unknown_event",
          "no event is called " + Texts.shown(event) + "; the types are " + EventType.LIST);
    }
    if (session == null) {
      return missing("session_id");
    }
    UUID sessionId = Texts.uuid(session);
    if (sessionId == null) {
      return Rejected.of(
          "session_id",
          "bad_format",
          "session_id is " + Texts.shown(session) + "; it must be a UUID");
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
    EventType type = known.get();
    data.addCorrections(type, corrections);
    return new Accepted(
        new MediaEvent(
            id == null ? derivedId() : id,
            type,
            sessionId,
            millis,
            seq,
            mediaId,
            mediaId == null ? null : mediaType == null ? "video" : mediaType,
            render,
            data.toData(type),
            corrections));
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
}
