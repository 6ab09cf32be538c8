package dev.kinebeam.schemas;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/** The one way in which contracts become JSON: snake_case names, nulls left out. */
public final class Json {
  /**
   * Thread-safe; do not reconfigure. Unknown fields are ignored, so that readers outlive writers.
   */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What Jackson writes where a message points into a source whose text it may not show. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: .*?; (line: \\d+, column: \\d+)]", Pattern.DOTALL);

  private Json() {}

  /** Why a text is not JSON, for people: Jackson's reason without its notes on the source. */
  public static String reason(JsonProcessingException e) {
    String reason = e.getOriginalMessage();
    if (reason == null) {
      return "it cannot be read";
    }
    if (reason.startsWith("Trailing token")) {
      return "another value follows the first";
    }
    return SOURCE.matcher(reason).replaceAll(at -> at.group(1).replace(":", ""));
  }

  /** The same with its line and column, where they are known. */
  public static String reasonAndPlace(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? reason(e)
        : "%s, at line %d, column %d".formatted(reason(e), at.getLineNr(), at.getColumnNr());
  }

  /** Our own records always serialise; a failure is a defect and not an input error. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
