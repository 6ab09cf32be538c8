package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.StoredText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through Kafka: the value of a record of {@code media-events}.
 *
 * @param orgId and {@code patientId} come from the verified token, never from the body
 * @param receivedAtMs the gateway's clock, milliseconds since the epoch; watermarks follow it
 * @param sentAtMs the patient's clock when the batch left, or {@link #UNKNOWN_TIME}
 */
public record MediaRecord(
    UUID orgId, UUID patientId, long receivedAtMs, long sentAtMs, Client client, MediaEvent event) {
  /** The time was not sent. */
  public static final long UNKNOWN_TIME = -1;

  /** Version of the record's layout, its field {@code v}. */
  public static final int VERSION = 1;

  private static final int LONGEST_CLIENT = 200;

  /** The player's device as read from its User-Agent; any part may be null. */
  public record Client(
      @Nullable String device,
      @Nullable String os,
      @Nullable String browser,
      @Nullable String appVersion) {
    /** Nothing known. */
    public static final Client UNKNOWN = new Client(null, null, null, null);
  }

  /** The verdict over a record's bytes. */
  public sealed interface Parsed {}

  /** The bytes are a record. */
  public record Accepted(MediaRecord record) implements Parsed {}

  /** They are not; the first thing that is wrong. */
  public record Rejected(FieldError error) implements Parsed {}

  /**
   * The record's bytes.
   *
   * @param rawEvent the event exactly as sent
   */
  public byte[] encode(byte[] rawEvent) {
    StringBuilder head = new StringBuilder(320);
    head.append("{\"v\":").append(VERSION);
    head.append(",\"event_id\":\"").append(event.eventId());
    head.append("\",\"org_id\":\"").append(orgId);
    head.append("\",\"patient_id\":\"").append(patientId);
    head.append("\",\"received_at\":").append(receivedAtMs);
    if (sentAtMs != UNKNOWN_TIME) {
      head.append(",\"sent_at\":").append(sentAtMs);
    }
    head.append(",\"client\":{");
    int start = head.length();
    text(head, start, "device", client.device());
    text(head, start, "os", client.os());
    text(head, start, "browser", client.browser());
    text(head, start, "app_version", client.appVersion());
    head.append("},\"event\":");
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.length() + rawEvent.length + 1);
    out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    out.writeBytes(rawEvent);
    out.write('}');
    return out.toByteArray();
  }

  private static void text(StringBuilder out, int start, String name, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (out.length() > start) {
      out.append(',');
    }
    out.append('"').append(name).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, out);
    out.append('"');
  }

  /**
   * A reader of records, which compares no time with a clock: {@link EventAcceptance} has the
   * verdict. Not thread-safe, one for each DoFn instance.
   */
  public static final class Reader {
    private final EventParser parser = new EventParser();

    /** Reads {@code value}; any bytes at all give a result and never an exception. */
    public Parsed read(byte[] value) {
      int broken = Texts.isUtf8Json(value) ? Utf8.firstBroken(value, 0, value.length) : 0;
      if (broken >= 0) {
        return rejected("", "not_utf8", "the record is not UTF-8 at byte " + broken);
      }
      try (JsonParser p = Texts.RECORDS.createParser(value)) {
        if (p.nextToken() != JsonToken.START_OBJECT) {
          return rejected("", "wrong_type", "a record must be a JSON object");
        }
        Parsed parsed = record(p, value);
        return p.nextToken() == null
            ? parsed
            : rejected("", "not_json", "the record is not JSON: there is more after its end");
      } catch (JsonProcessingException e) {
        return rejected("", "not_json", "the record is not JSON: " + Texts.shown(e));
      } catch (IOException e) {
        return rejected("", "not_json", "the record is not JSON: " + e.getMessage());
      }
    }

    private Parsed record(JsonParser p, byte[] value) throws IOException {
      int version = 0;
      UUID eventId = null;
      UUID orgId = null;
      UUID patientId = null;
      long receivedAt = UNKNOWN_TIME;
      long sentAt = UNKNOWN_TIME;
      Client client = Client.UNKNOWN;
      ParsedEvent parsed = null;
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        if (p.nextToken() == null) {
          throw new IOException("the JSON text ends inside the record");
        }
        switch (name) {
          case "v" -> version = (int) whole(p);
          case "event_id" -> eventId = Texts.uuid(text(p));
          case "org_id" -> orgId = Texts.uuid(text(p));
          case "patient_id" -> patientId = Texts.uuid(text(p));
          case "received_at" -> receivedAt = whole(p);
          case "sent_at" -> sentAt = whole(p);
          case "client" -> client = client(p);
          case "event" -> parsed = parser.parse(p, value, 0);
          default -> p.skipChildren();
        }
      }
      if (version != VERSION) {
        return rejected("v", "not_allowed", "v is " + version + "; this reader knows " + VERSION);
      }
      if (orgId == null) {
        return notUuid("org_id");
      }
      if (patientId == null) {
        return notUuid("patient_id");
      }
      FieldError times = EventAcceptance.serverTimes(receivedAt, sentAt);
      if (times != null) {
        return new Rejected(times);
      }
      if (parsed == null) {
        return rejected("event", "missing", "the record holds no event");
      }
      if (parsed instanceof ParsedEvent.Rejected no) {
        return new Rejected(no.error());
      }
      MediaEvent event = ((ParsedEvent.Accepted) parsed).event();
      FieldError time = EventAcceptance.eventTime(event, receivedAt);
      if (time != null) {
        return new Rejected(time);
      }
      if (eventId == null) {
        return notUuid("event_id");
      }
      return new Accepted(
          new MediaRecord(orgId, patientId, receivedAt, sentAt, client, withId(event, eventId)));
    }

    private static MediaEvent withId(MediaEvent event, UUID id) {
      return event.eventId().equals(id) ? event : event.withId(id);
    }

    private static long whole(JsonParser p) throws IOException {
      if (p.currentToken() == JsonToken.VALUE_NUMBER_INT
          && p.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        return p.getLongValue();
      }
      p.skipChildren();
      return UNKNOWN_TIME;
    }

    private static @Nullable String text(JsonParser p) throws IOException {
      if (p.currentToken() == JsonToken.VALUE_STRING) {
        return p.getText();
      }
      p.skipChildren();
      return null;
    }

    private static Client client(JsonParser p) throws IOException {
      if (p.currentToken() != JsonToken.START_OBJECT) {
        p.skipChildren();
        return Client.UNKNOWN;
      }
      String device = null;
      String os = null;
      String browser = null;
      String appVersion = null;
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        if (p.nextToken() == null) {
          throw new IOException("the JSON text ends inside client");
        }
        switch (name) {
          case "device" -> device = usable(p);
          case "os" -> os = usable(p);
          case "browser" -> browser = usable(p);
          case "app_version" -> appVersion = usable(p);
          default -> p.skipChildren();
        }
      }
      return new Client(device, os, browser, appVersion);
    }

    private static @Nullable String usable(JsonParser p) throws IOException {
      String text = text(p);
      return text == null ? null : StoredText.cut(StoredText.of(text), LONGEST_CLIENT);
    }

    private static Parsed notUuid(String field) {
      return rejected(field, "bad_format", field + " must be a UUID");
    }

    private static Parsed rejected(String field, String code, String message) {
      return new Rejected(new FieldError(field, code, message));
    }
  }
}
