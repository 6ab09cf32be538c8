package dev.kinebeam.schemas.event;

import static dev.kinebeam.schemas.event.Field.*;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kinebeam.schemas.StoredText;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.Correction.Code;
import dev.kinebeam.schemas.event.EventData.Network;
import dev.kinebeam.schemas.event.EventData.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data fields of one event while it is being read. The type may follow the data, so every known
 * field is read, and only those of the type are judged. Reused from event to event; not
 * thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // slots of an array, filled millions of times a minute
final class DataValues {
  private static final Set<String> NOT_NUMBERS =
      Set.of("NaN", "Infinity", "-Infinity", "+Infinity");

  private final double[] numbers = new double[Field.ALL.length];
  private final @Nullable String[] texts = new String[Field.ALL.length];
  private final boolean[] present = new boolean[Field.ALL.length];
  private final @Nullable Code[] codes = new Code[Field.ALL.length];
  private List<String> errorTypes = List.of();

  void clear() {
    Arrays.fill(present, false);
    Arrays.fill(codes, null);
    errorTypes = List.of();
  }

  /** Reads the value at which {@code p} stands; it is left on the value's last token. */
  void read(Field field, JsonParser p) throws IOException {
    int i = field.ordinal();
    present[i] = false;
    codes[i] = null;
    JsonToken token = p.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    switch (field.kind) {
      case DECIMAL, PERCENT, ROUNDED, MEASURED, WHOLE -> number(field, p, token);
      case FLAG -> {
        if (token.isBoolean()) {
          keep(field, token == JsonToken.VALUE_TRUE ? 1 : 0);
        } else {
          wrongType(field, p);
        }
      }
      case TEXT -> text(field, p, token);
      case TEXTS -> texts(field, p, token);
    }
  }

  private void keep(Field field, double value) {
    numbers[field.ordinal()] = value;
    present[field.ordinal()] = true;
  }

  private void number(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (!token.isNumeric()) {
      wrongType(field, p);
      if (token == JsonToken.VALUE_STRING && NOT_NUMBERS.contains(p.getText())) {
        codes[i] = Code.NOT_A_NUMBER;
      }
      return;
    }
    double value = p.getDoubleValue();
    boolean whole = value == Math.rint(value);
    if (!field.allowed.isEmpty()) {
      if (whole && field.allowed.contains(Long.toString((long) value))) {
        keep(field, value);
      } else {
        codes[i] = Code.NOT_ALLOWED;
      }
    } else if (value < 0) {
      codes[i] = Code.OUT_OF_RANGE;
    } else if (value > field.max && field.kind == Field.Kind.PERCENT) {
      codes[i] = Code.CLIPPED;
      keep(field, field.max);
    } else if (value > field.max) {
      codes[i] = Code.OUT_OF_RANGE;
    } else if (value != 0 || field.kind != Field.Kind.MEASURED) {
      codes[i] = field.kind == Field.Kind.WHOLE && !whole ? Code.ROUNDED : null;
      keep(field, value);
    }
  }

  private void text(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (token != JsonToken.VALUE_STRING) {
      wrongType(field, p);
      return;
    }
    String sent = p.getText();
    if (!field.allowed.isEmpty() && !field.allowed.contains(sent)) {
      codes[i] = Code.NOT_ALLOWED;
      return;
    }
    String whole = StoredText.of(sent);
    texts[i] = StoredText.cut(whole, (int) field.max);
    codes[i] = Texts.correctionOf(sent, whole, texts[i]);
    present[i] = true;
  }

  /** Entries that are texts are kept, as many as there is room for. */
  private void texts(Field field, JsonParser p, JsonToken token) throws IOException {
    int i = field.ordinal();
    if (token != JsonToken.START_ARRAY) {
      wrongType(field, p);
      return;
    }
    List<String> values = new ArrayList<>();
    while (p.nextToken() != JsonToken.END_ARRAY) {
      Code code;
      if (p.currentToken() != JsonToken.VALUE_STRING) {
        code = Code.WRONG_TYPE;
        p.skipChildren();
      } else if (values.size() == Field.Limits.TEXTS) {
        code = Code.CUT;
      } else {
        String whole = StoredText.of(p.getText());
        String kept = StoredText.cut(whole, (int) field.max);
        code = Texts.correctionOf(p.getText(), whole, kept);
        values.add(kept);
      }
      if (codes[i] == null) {
        codes[i] = code;
      }
    }
    errorTypes = List.copyOf(values);
    present[i] = true;
  }

  private void wrongType(Field field, JsonParser p) throws IOException {
    codes[field.ordinal()] = Code.WRONG_TYPE;
    p.skipChildren();
  }

  /** Adds what was corrected in the fields that an event of {@code type} has. */
  void addCorrections(EventType type, List<Correction> corrections) {
    for (Field field : Shape.of(type)) {
      Code code = codes[field.ordinal()];
      if (code != null) {
        corrections.add(new Correction(field.path(), code));
      }
    }
  }

  /** The values as the record of {@code type}. */
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
          new EventData.SessionEnd(decimal(FINAL_POSITION_SECONDS), status(), totals());
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

  private @Nullable Double decimal(Field field) {
    return present[field.ordinal()] ? (Double) numbers[field.ordinal()] : null;
  }

  private @Nullable Long whole(Field field) {
    return present[field.ordinal()] ? (Long) Math.round(numbers[field.ordinal()]) : null;
  }

  private boolean flag(Field field) {
    return present[field.ordinal()] && numbers[field.ordinal()] != 0;
  }

  private @Nullable SessionStatus status() {
    String word = text(STATUS);
    return word == null ? null : Words.read(SessionStatus.class, word);
  }

  private @Nullable String text(Field field) {
    return present[field.ordinal()] ? texts[field.ordinal()] : null;
  }
}
