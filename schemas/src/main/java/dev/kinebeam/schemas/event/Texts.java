package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.StoredText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Small readers that the event parsers share. */
final class Texts {
  /** Values that nest deeper than this are refused; nothing in the contract nests deeper than 3. */
  static final int MAX_DEPTH = 16;

  /** Reads one event. */
  static final JsonFactory EVENTS = strict(MAX_DEPTH);

  /** Reads a record, in which the event lies one level deeper. */
  static final JsonFactory RECORDS = strict(MAX_DEPTH + 1);

  /** Reads the fields of a batch beside its events. */
  static final JsonFactory BATCHES = strict(StreamReadConstraints.DEFAULT_MAX_DEPTH);

  private static final long EARLIEST =
      OffsetDateTime.parse("2000-01-01T00:00:00Z").toInstant().toEpochMilli();
  private static final long LATEST =
      OffsetDateTime.parse("2100-01-01T00:00:00Z").toInstant().toEpochMilli();
  private static final long DAY_MS = 86_400_000L;
  private static final int SECONDS_END = "2026-02-17T10:00:00".length();
  private static final int POINT_END = SECONDS_END + 1;
  private static final int MAX_DIGITS_END = POINT_END + 9;

  private Texts() {}

  /** JSON as its standard has it: no NaN, no comment, no trailing comma. */
  private static JsonFactory strict(int depth) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(depth).build())
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  static String nameOf(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      default -> "null";
    };
  }

  /** {@code value} cut to what an error message can carry. */
  static String shown(String value) {
    String text = StoredText.of(value);
    return text.length() <= 60 ? text : StoredText.cut(text, 57) + "…";
  }

  /** What a parser says of a text, and where. */
  static String shown(JsonProcessingException e) {
    String where = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    return StoredText.cut(StoredText.of(Json.reason(e)), 200) + where;
  }

  /** What was done to a text until it was {@code kept}; null for nothing. */
  static Correction.@Nullable Code correctionOf(String sent, String whole, String kept) {
    if (kept.length() < whole.length()) {
      return Correction.Code.CUT;
    }
    return whole.equals(sent) ? null : Correction.Code.REPLACED;
  }

  /** The UUID in canonical form, or null. */
  static @Nullable UUID uuid(@Nullable String text) {
    if (text == null || text.length() != 36) {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < 36; i++) {
      char c = text.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return null;
        }
        continue;
      }
      int digit = Character.digit(c, 16);
      if (digit < 0 || c > 'f') {
        return null;
      }
      if (i < 19) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    return new UUID(high, low);
  }

  /**
   * Whether a parser will read the bytes as UTF-8. It would take others for UTF-16 or UTF-32, whose
   * tokens have no place in the bytes.
   */
  static boolean isUtf8Json(byte[] bytes) {
    return bytes.length < 2 || (bytes[0] != 0 && bytes[1] != 0 && (bytes[0] & 0xff) < 0xfe);
  }

  /**
   * Milliseconds since the epoch of an RFC 3339 time between the years 2000 and 2100, or {@link
   * Long#MIN_VALUE}; what is finer is cut off. Times in UTC, which is what players write, take a
   * short way.
   */
  static long time(String text) {
    long millis;
    try {
      millis =
          isUtcForm(text)
              ? LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                          .toEpochDay()
                      * DAY_MS
                  + clock(text)
              : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) { // no time, or years beyond a long's
      return Long.MIN_VALUE;
    }
    return millis >= EARLIEST && millis < LATEST ? millis : Long.MIN_VALUE;
  }

  /** To the second, with 1 to 9 further digits or none, and a Z. */
  private static boolean isUtcForm(String text) {
    int end = text.length() - 1;
    if (end < SECONDS_END || end == POINT_END || end > MAX_DIGITS_END || text.charAt(end) != 'Z') {
      return false;
    }
    for (int i = 0; i < end; i++) {
      char wanted = i < POINT_END ? "0000-00-00T00:00:00.".charAt(i) : '0';
      char c = text.charAt(i);
      if (wanted == '0' ? c < '0' || c > '9' : c != wanted) {
        return false;
      }
    }
    return true;
  }

  private static long clock(String text) {
    int hours = number(text, 11, 13);
    int minutes = number(text, 14, 16);
    int seconds = number(text, 17, 19);
    if (hours > 23 || minutes > 59 || seconds > 59) {
      throw new DateTimeException("no such time of day");
    }
    long millis = ((hours * 60L + minutes) * 60 + seconds) * 1000;
    long unit = 100;
    for (int i = POINT_END; i < text.length() - 1 && unit > 0; i++) {
      millis += (text.charAt(i) - '0') * unit;
      unit /= 10;
    }
    return millis;
  }

  private static int number(String text, int from, int to) {
    int n = 0;
    for (int i = from; i < to; i++) {
      n = n * 10 + (text.charAt(i) - '0');
    }
    return n;
  }
}
