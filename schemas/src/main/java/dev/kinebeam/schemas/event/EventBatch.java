package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.kinebeam.schemas.FieldError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a player posts: one event, {@code {"sent_at", "events": […]}}, or a list of events.
 *
 * @param sentAtMs the patient's clock when the batch left, milliseconds since the epoch, or {@link
 *     MediaRecord#UNKNOWN_TIME}
 * @param appVersion of the player's app, or null
 * @param items a verdict for each event, in the order sent
 */
public record EventBatch(long sentAtMs, String appVersion, List<Item> items) {
  /** How many events one request may carry. */
  public static final int MAX_EVENTS = 500;

  /** Real events have a few hundred bytes; this keeps every record within Kafka's limit. */
  public static final int MAX_EVENT_BYTES = 64 * 1024;

  /**
   * One event as sent.
   *
   * @param raw the event's own bytes, exactly as they came
   */
  @SuppressWarnings("ArrayRecordComponent") // the bytes go to Kafka; nobody compares items
  public record Item(int index, byte[] raw, ParsedEvent parsed) {}

  /** The request as a whole cannot be read: nothing of it is accepted. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient FieldError error;

    Refused(String field, String code, String message) {
      super(message);
      this.error = new FieldError(field, code, message);
    }

    /** What is wrong with the request. */
    public FieldError error() {
      return error;
    }
  }

  /**
   * Reads a request body.
   *
   * @throws Refused when it is not UTF-8, not JSON, holds no event or more than {@link #MAX_EVENTS}
   */
  public static EventBatch parse(byte[] body) throws Refused {
    requireUtf8(body);
    try (JsonParser p = Texts.JSON.createParser(body)) {
      if (p.nextToken() == null) {
        throw new Refused("", "empty", "the body is empty; it must hold one event or more");
      }
      EventBatch batch = new Reader(p, body).read();
      if (p.nextToken() != null) {
        throw new Refused("", "not_json", "there is more after the end of the JSON text");
      }
      if (batch.items.isEmpty()) {
        throw new Refused("events", "empty", "the batch holds no event; it must hold one or more");
      }
      return batch;
    } catch (JsonProcessingException e) {
      throw new Refused(
          "",
          "not_json",
          "the body is not JSON: "
              + e.getOriginalMessage()
              + (e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset()));
    } catch (IOException e) {
      throw new Refused("", "not_json", "the body is not JSON: " + e.getMessage());
    }
  }

  private static void requireUtf8(byte[] body) throws Refused {
    if (!Texts.isUtf8Json(body)) {
      throw new Refused("", "not_utf8", "the body is not UTF-8 at byte 0");
    }
    if (isAscii(body)) {
      return;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(Math.min(8192, body.length + 1));
    while (true) {
      out.clear();
      var result = decoder.decode(in, out, true);
      if (result.isError()) {
        throw new Refused("", "not_utf8", "the body is not UTF-8 at byte " + in.position());
      }
      if (result.isUnderflow()) {
        return;
      }
    }
  }

  /** What most bodies are; told without decoding them. */
  private static boolean isAscii(byte[] body) {
    int all = 0;
    for (byte b : body) {
      all |= b;
    }
    return all >= 0;
  }

  private static final class Reader {
    private final JsonParser p;
    private final byte[] body;
    private final EventParser parser = new EventParser();
    private final List<Item> items = new ArrayList<>();

    private Reader(JsonParser p, byte[] body) {
      this.p = p;
      this.body = body;
    }

    private EventBatch read() throws IOException, Refused {
      if (p.currentToken() == JsonToken.START_ARRAY) {
        events();
        return new EventBatch(MediaRecord.UNKNOWN_TIME, null, List.copyOf(items));
      }
      if (p.currentToken() != JsonToken.START_OBJECT) {
        throw new Refused(
            "",
            "wrong_type",
            "the body must be an event, a batch or a list of events, not "
                + Texts.nameOf(p.currentToken()));
      }
      return isEnvelope() ? envelope() : single();
    }

    /** An object is a batch when it has {@code events} at its top, wherever that stands. */
    private boolean isEnvelope() throws IOException {
      try (JsonParser ahead = Texts.JSON.createParser(body)) {
        ahead.nextToken();
        while (ahead.nextToken() == JsonToken.FIELD_NAME) {
          String name = ahead.currentName();
          ahead.nextToken();
          if (name.equals("events")) {
            return true;
          }
          if (name.equals("event")) {
            return false;
          }
          Texts.skip(ahead);
        }
        return false;
      }
    }

    private EventBatch single() throws IOException, Refused {
      event();
      return new EventBatch(MediaRecord.UNKNOWN_TIME, null, List.copyOf(items));
    }

    private EventBatch envelope() throws IOException, Refused {
      long sentAt = MediaRecord.UNKNOWN_TIME;
      String appVersion = null;
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        p.nextToken();
        switch (name) {
          case "sent_at" -> sentAt = sentAt();
          case "app_version" -> appVersion = appVersion();
          case "events" -> {
            if (p.currentToken() != JsonToken.START_ARRAY) {
              throw new Refused(
                  "events",
                  "wrong_type",
                  "events must be a list, not " + Texts.nameOf(p.currentToken()));
            }
            events();
          }
          default -> Texts.skip(p);
        }
      }
      return new EventBatch(sentAt, appVersion, List.copyOf(items));
    }

    private long sentAt() throws IOException, Refused {
      if (p.currentToken() == JsonToken.VALUE_NULL) {
        return MediaRecord.UNKNOWN_TIME;
      }
      long millis =
          p.currentToken() == JsonToken.VALUE_STRING ? Texts.time(p.getText()) : Long.MIN_VALUE;
      if (millis == Long.MIN_VALUE) {
        throw new Refused(
            "sent_at", "bad_format", "sent_at must be an RFC 3339 time of the years 2000 to 2099");
      }
      return millis;
    }

    private String appVersion() throws IOException, Refused {
      if (p.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (p.currentToken() != JsonToken.VALUE_STRING
          || p.getText().length() > 64
          || Texts.badCharacter("app_version", p.getText()) != null) {
        throw new Refused(
            "app_version", "bad_format", "app_version must be a text of at most 64 characters");
      }
      return p.getText();
    }

    private void events() throws IOException, Refused {
      while (p.nextToken() != JsonToken.END_ARRAY) {
        if (p.currentToken() == null) {
          throw new IOException("the JSON text ends inside the list of events");
        }
        event();
      }
    }

    private void event() throws IOException, Refused {
      if (items.size() == MAX_EVENTS) {
        throw new Refused(
            "events",
            "too_many",
            "the batch holds more than "
                + MAX_EVENTS
                + " events, the most that one request may carry; send it in parts");
      }
      int from = (int) p.currentTokenLocation().getByteOffset();
      ParsedEvent parsed = parser.parse(p, body);
      // A text that nobody looked at is read to its end only now.
      p.finishToken();
      int to = (int) p.currentLocation().getByteOffset();
      items.add(new Item(items.size(), Arrays.copyOfRange(body, from, to), parsed));
    }
  }
}
