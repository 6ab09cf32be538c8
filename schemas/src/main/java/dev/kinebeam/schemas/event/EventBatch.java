package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.StoredText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a player posts: one event, {@code {"sent_at", "events": […]}}, or a list of events. Each
 * event is judged by itself, from its own bytes.
 *
 * @param sentAtMs the patient's clock when the batch left, milliseconds since the epoch, or {@link
 *     MediaRecord#UNKNOWN_TIME}
 * @param appVersion of the player's app, or null
 * @param corrections fields of the batch itself that were sent in another form
 * @param items a verdict for each event, in the order sent
 */
public record EventBatch(
    long sentAtMs, @Nullable String appVersion, List<Correction> corrections, List<Item> items) {
  /** How many events one request may carry. */
  public static final int MAX_EVENTS = 500;

  private static final int LONGEST_VERSION = 64;

  /**
   * One event as sent.
   *
   * @param raw the event's own bytes, exactly as they came
   */
  @SuppressWarnings("ArrayRecordComponent") // the bytes go to Kafka; items are never compared
  public record Item(int index, byte[] raw, ParsedEvent parsed) {}

  /** The request as a whole cannot be read: nothing of it is accepted. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient FieldError error;

    Refused(String field, String code, String message) {
      super(message);
      this.error = new FieldError(field, code, message);
    }

    static Refused notJson(String why) {
      return new Refused("", "not_json", "the body is not JSON: " + why);
    }

    /** What is wrong with the request. */
    public FieldError error() {
      return error;
    }
  }

  /**
   * Reads a request body.
   *
   * @throws Refused when the ends of its events cannot be found, or it holds no event or more than
   *     {@link #MAX_EVENTS}
   */
  public static EventBatch parse(byte[] body) throws Refused {
    if (!Texts.isUtf8Json(body)) {
      throw new Refused("", "not_utf8", "the body is not UTF-8 at byte 0");
    }
    EventBatch batch;
    try {
      batch = new Reader(body).read();
    } catch (JsonSpans.Broken e) {
      throw Refused.notJson(e.why());
    }
    if (batch.items.isEmpty()) {
      throw new Refused("events", "empty", "the batch holds no event; it must hold one or more");
    }
    return batch;
  }

  /** A batch of one event that was taken out of another batch. */
  public static EventBatch ofEvent(byte[] raw) {
    Item item = new Item(0, raw, new EventParser().parse(raw));
    return new EventBatch(MediaRecord.UNKNOWN_TIME, null, List.of(), List.of(item));
  }

  private static final class Reader {
    private final byte[] body;
    private final JsonSpans spans;
    private final EventParser parser = new EventParser();
    private final List<Item> items = new ArrayList<>();
    private final List<Correction> corrections = new ArrayList<>();
    private long sentAt = MediaRecord.UNKNOWN_TIME;
    private @Nullable String appVersion;

    private Reader(byte[] body) {
      this.body = body;
      this.spans = new JsonSpans(body);
    }

    private EventBatch read() throws JsonSpans.Broken, Refused {
      switch (spans.peek()) {
        case -1 -> throw new Refused("", "empty", "the body is empty; it must hold an event");
        case '[' -> events();
        case '{' -> {
          if (isEnvelope()) {
            envelope();
          } else {
            event();
          }
        }
        default -> throw notABatch();
      }
      if (spans.peek() >= 0) {
        throw Refused.notJson("there is more after its end, at byte " + spans.at());
      }
      return new EventBatch(sentAt, appVersion, List.copyOf(corrections), List.copyOf(items));
    }

    private Refused notABatch() throws JsonSpans.Broken, Refused {
      int from = spans.at();
      spans.value();
      String found = Texts.nameOf(scalar(from, "the body", (p, token) -> token));
      return new Refused(
          "", "wrong_type", "the body must be an event, a batch or a list of events, not " + found);
    }

    /** An object is a batch when it has {@code events} at its top before any {@code event}. */
    private boolean isEnvelope() throws JsonSpans.Broken, Refused {
      int from = spans.at();
      String name = "";
      spans.require('{', "at the begin of the batch");
      while (!name.equals("events") && !name.equals("event") && spans.peek() == '"') {
        name = name();
        spans.value();
        spans.take(',');
      }
      spans.moveTo(from);
      return name.equals("events");
    }

    private void envelope() throws JsonSpans.Broken, Refused {
      spans.require('{', "at the begin of the batch");
      do {
        String name = name();
        int from = spans.at();
        if (name.equals("events")) {
          requireList();
          events();
          continue;
        }
        spans.value();
        switch (name) {
          case "sent_at" -> scalar(from, name, this::sentAt);
          case "app_version" -> scalar(from, name, this::appVersion);
          default -> scalar(from, name, (p, token) -> token);
        }
      } while (spans.take(','));
      spans.require('}', "at the end of the batch");
    }

    private void requireList() throws JsonSpans.Broken, Refused {
      if (spans.peek() != '[') {
        int from = spans.at();
        spans.value();
        String found = Texts.nameOf(scalar(from, "events", (p, token) -> token));
        throw new Refused("events", "wrong_type", "events must be a list, not " + found);
      }
    }

    /** Passes over a name and its colon, up to the value. */
    private String name() throws JsonSpans.Broken, Refused {
      if (spans.peek() != '"') {
        throw new JsonSpans.Broken("there is no name", spans.at());
      }
      int from = spans.at();
      spans.value();
      String name =
          isPlain(from)
              ? new String(body, from + 1, spans.at() - from - 2, StandardCharsets.US_ASCII)
              : scalar(from, "a name", (p, token) -> p.getText());
      spans.require(':', "after the name");
      spans.peek();
      return name;
    }

    /** Most names are; they need no parser. */
    private boolean isPlain(int from) {
      for (int i = from; i < spans.at(); i++) {
        if (body[i] < ' ' || body[i] == '\\') {
          return false;
        }
      }
      return true;
    }

    /** What is made of a value's first token. */
    @FunctionalInterface
    private interface Use<T> {
      T of(JsonParser p, JsonToken token) throws IOException;
    }

    /** Reads a value of the batch itself, from there to the cursor, by JSON's strict rules. */
    private <T> T scalar(int from, String what, Use<T> use) throws Refused {
      int broken = Utf8.firstBroken(body, from, spans.at());
      if (broken >= 0) {
        throw new Refused("", "not_utf8", "the body is not UTF-8 at byte " + broken);
      }
      try (JsonParser p = Texts.BATCHES.createParser(body, from, spans.at() - from)) {
        T used = use.of(p, p.nextToken());
        while (p.nextToken() != null) {
          // What is inside is passed over, but must be JSON.
        }
        return used;
      } catch (JsonProcessingException e) {
        throw Refused.notJson(what + " at byte " + from + ": " + Json.reason(e));
      } catch (IOException e) {
        throw Refused.notJson(what + " at byte " + from + ": " + e.getMessage());
      }
    }

    private JsonToken sentAt(JsonParser p, JsonToken token) throws IOException {
      if (token == JsonToken.VALUE_NULL) {
        return token;
      }
      long millis = token == JsonToken.VALUE_STRING ? Texts.time(p.getText()) : Long.MIN_VALUE;
      if (millis == Long.MIN_VALUE) {
        corrections.add(new Correction("sent_at", Correction.Code.BAD_FORMAT));
      } else {
        sentAt = millis;
      }
      return token;
    }

    private JsonToken appVersion(JsonParser p, JsonToken token) throws IOException {
      if (token == JsonToken.VALUE_NULL) {
        return token;
      }
      if (token != JsonToken.VALUE_STRING) {
        corrections.add(new Correction("app_version", Correction.Code.WRONG_TYPE));
        return token;
      }
      String text = StoredText.of(p.getText());
      String kept = StoredText.cut(text, LONGEST_VERSION);
      appVersion = kept;
      Correction.Code code = Texts.correctionOf(p.getText(), text, kept);
      if (code != null) {
        corrections.add(new Correction("app_version", code));
      }
      return token;
    }

    private void events() throws JsonSpans.Broken, Refused {
      spans.require('[', "at the begin of the events");
      if (spans.take(']')) {
        return;
      }
      do {
        event();
      } while (spans.take(','));
      spans.require(']', "or comma after the event");
    }

    private void event() throws JsonSpans.Broken, Refused {
      if (items.size() == MAX_EVENTS) {
        throw new Refused(
            "events",
            "too_many",
            "the batch holds more than "
                + MAX_EVENTS
                + " events, the most that one request may carry; send it in parts");
      }
      spans.peek();
      int from = spans.at();
      ParsedEvent parsed = from < body.length ? parser.parseWhole(body, from) : null;
      if (parsed == null) {
        spans.value();
        parsed = parser.parse(body, from, spans.at());
      } else {
        spans.moveTo(parser.end());
      }
      items.add(new Item(items.size(), Arrays.copyOfRange(body, from, spans.at()), parsed));
    }
  }
}
