package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.http.Preconditions.Outcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionsTest {
  private static final Preconditions FILE =
      new Preconditions("\"abc\"", Instant.parse("2026-03-01T10:00:00.9Z"));

  private static Outcome outcome(String... headers) {
    Map<String, String> sent = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      sent.put(headers[i], headers[i + 1]);
    }
    return FILE.of(name -> Optional.ofNullable(sent.get(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match | * | NOT_MODIFIED",
        "If-None-Match | \"abc\" | NOT_MODIFIED",
        "If-None-Match | W/\"abc\" | NOT_MODIFIED",
        "If-None-Match | \"x\", \"abc\" | NOT_MODIFIED",
        "If-None-Match | , \"x\" ,, W/\"abc\", | NOT_MODIFIED",
        "If-None-Match | \"a,b\", \"abc\" | NOT_MODIFIED",
        "If-None-Match | \"x\" | PROCEED",
        "If-None-Match | \"x,\\\"abc\\\"\" | PROCEED",
        "If-None-Match | abc | PROCEED",
        "If-None-Match | \"abc | PROCEED",
        "If-Match | * | PROCEED",
        "If-Match | \"x\", \"abc\" | PROCEED",
        "If-Match | W/\"abc\" | FAILED",
        "If-Match | \"x\" | FAILED",
        "If-Modified-Since | Sun, 01 Mar 2026 10:00:00 GMT | NOT_MODIFIED",
        "If-Modified-Since | Sun, 01 Mar 2026 10:00:01 GMT | NOT_MODIFIED",
        "If-Modified-Since | Sun, 01 Mar 2026 09:59:59 GMT | PROCEED",
        "If-Modified-Since | yesterday | PROCEED",
        "If-Unmodified-Since | Sun, 01 Mar 2026 10:00:00 GMT | PROCEED",
        "If-Unmodified-Since | Sun, 01 Mar 2026 09:59:59 GMT | FAILED",
        "If-Unmodified-Since | yesterday | PROCEED",
      })
  void oneCondition(String header, String value, Outcome expected) {
    assertThat(outcome(header, value)).isEqualTo(expected);
  }

  @Test
  void aTagIsAskedBeforeADate() {
    String later = "Sun, 01 Mar 2026 11:00:00 GMT";
    String earlier = "Sun, 01 Mar 2026 09:00:00 GMT";
    assertThat(outcome("If-None-Match", "\"x\"", "If-Modified-Since", later))
        .isEqualTo(Outcome.PROCEED);
    assertThat(outcome("If-Match", "\"abc\"", "If-Unmodified-Since", earlier))
        .isEqualTo(Outcome.PROCEED);
    assertThat(outcome("If-Match", "\"x\"", "If-None-Match", "\"abc\"")).isEqualTo(Outcome.FAILED);
    assertThat(outcome()).isEqualTo(Outcome.PROCEED);
  }

  @Test
  void aRangeHoldsForThisVeryFileOnly() {
    assertThat(FILE.rangeHolds(Optional.empty())).isTrue();
    assertThat(FILE.rangeHolds(Optional.of("\"abc\""))).isTrue();
    assertThat(FILE.rangeHolds(Optional.of("W/\"abc\""))).isFalse();
    assertThat(FILE.rangeHolds(Optional.of(FILE.lastModified()))).isTrue();
    assertThat(FILE.rangeHolds(Optional.of("Sun, 01 Mar 2026 11:00:00 GMT"))).isFalse();
    assertThat(FILE.lastModified()).isEqualTo("Sun, 01 Mar 2026 10:00:00 GMT");
  }
}
