package dev.kinebeam.schemas.event;

import static dev.kinebeam.schemas.event.Field.*;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.EventData.Network;
import dev.kinebeam.schemas.event.EventData.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The data fields of one event while it is being read. The type may follow the data, so every known
 * field is read, and only those of the type are judged. Reused from event to event; not
 * thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // slots of an array, filled millions of times a minute
final class DataValues {
  private final double[] numbers = new double[Field.ALL.length];
  private final String[] texts = new String[Field.ALL.length];
  private final boolean[] present = new boolean[Field.ALL.length];
  private final FieldError[] errors = new FieldError[Field.ALL.length];
  private List<String> errorTypes = List.of();

  void clear() {
    Arrays.fill(present, false);
    Arrays.fill(errors, null);
    errorTypes = List.of();
  }

  /** Reads the value at which {@code p} stands; it is left on the value's last token. */
  void read(Field field, JsonParser p) throws IOException {
    int i = field.ordinal();
    present[i] = false;
    errors[i] = null;
    JsonToken token = p.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (field.kind) {
      case DECIMAL, ROUNDED, WHOLE -> number(field, p, token);
      case FLAG -> {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
          numbers[i] = token == JsonToken.VALUE_TRUE ? 1 : 0;
          present[i] = true;
        } else {
          wrongType(field, p);
        }
      }
      case TEXT -> text(field, p, token);
      case TEXTS -> texts(field, p, token);
    }
  }

  private void number(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      wrongType(field, p);
      return;
    }
    double value = p.getDoubleValue();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      errors[i] = field.notANumber(p.getText());
    } else if (field.kind == Field.Kind.WHOLE && value != Math.rint(value)) {
      errors[i] = field.wrongType(p.getText());
    } else if (!field.allowed.isEmpty() && !field.allowed.contains(Long.toString((long) value))) {
      errors[i] = field.notAllowed(p.getText());
    } else if (value < 0 || (field.allowed.isEmpty() && value > field.max)) {
      errors[i] = field.outOfRange(Texts.shown(p.getText()));
    } else {
      numbers[i] = value;
      present[i] = true;
    }
  }

  private void text(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (token != JsonToken.VALUE_STRING) {
      wrongType(field, p);
      return;
    }
    String value = p.getText();
    FieldError error = check(field, value);
    if (error == null) {
      texts[i] = value;
      present[i] = true;
    } else {
      errors[i] = error;
    }
  }

  private void texts(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (token != JsonToken.START_ARRAY) {
      wrongType(field, p);
      return;
    }
    List<String> values = new ArrayList<>();
    while (p.nextToken() != JsonToken.END_ARRAY) {
      FieldError error;
      if (p.currentToken() == JsonToken.VALUE_STRING) {
        values.add(p.getText());
        error = check(field, p.getText());
      } else {
        error = field.wrongType("a list with " + Texts.nameOf(p.currentToken()));
        Texts.skip(p);
      }
      if (errors[i] == null) {
        errors[i] = error;
      }
    }
    if (errors[i] == null && values.size() > Field.Limits.TEXTS) {
      errors[i] =
          new FieldError(
              field.path(),
              "too_long",
              field.path() + " has " + values.size() + " entries; at most " + Field.Limits.TEXTS);
    }
    if (errors[i] == null) {
      errorTypes = List.copyOf(values);
      present[i] = true;
    }
  }

  private static FieldError check(Field field, String value) {
    if (value.length() > field.max) {
      return field.tooLong(value.length());
    }
    if (!field.allowed.isEmpty() && !field.allowed.contains(value)) {
      return field.notAllowed(Texts.shown(value));
    }
    return Texts.badCharacter(field.path(), value);
  }

  private void wrongType(Field field, JsonParser p) throws IOException {
    errors[field.ordinal()] = field.wrongType(Texts.nameOf(p.currentToken()));
    Texts.skip(p);
  }

  /** The first thing that keeps these values from being an event of {@code type}, or null. */
  FieldError judge(EventType type) {
    Shape shape = Shape.of(type);
    for (Field field : shape.required()) {
      if (errors[field.ordinal()] != null) {
        return errors[field.ordinal()];
      }
      if (!present[field.ordinal()]) {
        return field.missing(type);
      }
    }
    for (Field field : shape.optional()) {
      if (errors[field.ordinal()] != null) {
        return errors[field.ordinal()];
      }
    }
    return null;
  }

  /** The values as the record of {@code type}; only after {@link #judge} found nothing. */
  EventData toData(EventType type) {
    return switch (type) {
      case SESSION_START ->
          new EventData.SessionStart(
              decimal(TOTAL_DURATION_SECONDS),
              whole(TTFB_MS),
              whole(VIDEO_LOAD_TIME_MS),
              whole(CDN_RESPONSE_TIME_MS),
              network(),
              whole(INITIAL_BITRATE),
              text(INITIAL_RESOLUTION));
      case PLAY -> new EventData.Play(decimal(POSITION_SECONDS), flag(IS_RESUME));
      case PAUSE -> new EventData.Pause(decimal(POSITION_SECONDS));
      case SEEK -> new EventData.Seek(decimal(FROM_SECONDS), decimal(TO_SECONDS));
      case HEARTBEAT ->
          new EventData.Heartbeat(
              decimal(POSITION_SECONDS),
              totals(),
              whole(CURRENT_BITRATE),
              whole(AVG_BITRATE),
              whole(PEAK_BITRATE),
              text(CURRENT_RESOLUTION),
              network());
      case BUFFERING_START ->
          new EventData.BufferingStart(
              decimal(POSITION_SECONDS),
              whole(BITRATE_BEFORE),
              text(RESOLUTION_BEFORE),
              whole(CDN_RESPONSE_TIME_MS),
              network());
      case BUFFERING_END ->
          new EventData.BufferingEnd(
              decimal(POSITION_SECONDS),
              whole(DURATION_MS),
              whole(BITRATE_AFTER),
              text(RESOLUTION_AFTER),
              present[RECOVERED.ordinal()] ? (Boolean) flag(RECOVERED) : null);
      case QUALITY_CHANGE ->
          new EventData.QualityChange(
              decimal(POSITION_SECONDS),
              whole(FROM_BITRATE),
              whole(TO_BITRATE),
              text(FROM_RESOLUTION),
              text(TO_RESOLUTION),
              text(REASON));
      case MILESTONE ->
          new EventData.Milestone(
              present[MILESTONE_PERCENT.ordinal()]
                  ? (Integer) (int) numbers[MILESTONE_PERCENT.ordinal()]
                  : null,
              decimal(POSITION_SECONDS),
              decimal(ELAPSED_REAL_SECONDS));
      case ERROR ->
          new EventData.PlaybackError(
              text(ERROR_CODE),
              text(ERROR_MESSAGE),
              decimal(POSITION_SECONDS),
              flag(IS_FATAL),
              text(RECOVERY_ACTION));
      case SESSION_END ->
          new EventData.SessionEnd(decimal(FINAL_POSITION_SECONDS), text(STATUS), totals());
    };
  }

  private Network network() {
    if (!present[CONNECTION_TYPE.ordinal()]
        && !present[EFFECTIVE_BANDWIDTH.ordinal()]
        && !present[RTT_MS.ordinal()]) {
      return Network.UNKNOWN;
    }
    return new Network(text(CONNECTION_TYPE), decimal(EFFECTIVE_BANDWIDTH), whole(RTT_MS));
  }

  private Totals totals() {
    return new Totals(
        decimal(WATCHED_DURATION_SECONDS),
        decimal(COMPLETION_PERCENT),
        whole(BUFFERING_COUNT),
        whole(BUFFERING_DURATION_MS),
        whole(BITRATE_SWITCHES),
        whole(RESOLUTION_SWITCHES),
        whole(DROPPED_FRAMES),
        whole(TOTAL_FRAMES),
        whole(ERROR_COUNT),
        errorTypes);
  }

  private Double decimal(Field field) {
    return present[field.ordinal()] ? (Double) numbers[field.ordinal()] : null;
  }

  private Long whole(Field field) {
    return present[field.ordinal()] ? (Long) Math.round(numbers[field.ordinal()]) : null;
  }

  private boolean flag(Field field) {
    return present[field.ordinal()] && numbers[field.ordinal()] != 0;
  }

  private String text(Field field) {
    return present[field.ordinal()] ? texts[field.ordinal()] : null;
  }
}
