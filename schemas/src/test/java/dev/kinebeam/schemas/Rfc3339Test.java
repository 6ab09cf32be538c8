package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "2026-11-29T10:00:00Z, 2026-11-29T10:00:00.000Z",
    "2026-11-29T10:00:00.5Z, 2026-11-29T10:00:00.500Z",
    "2026-11-29T10:00:00.123456Z, 2026-11-29T10:00:00.123Z",
    "2026-11-29T10:00:00.999999999Z, 2026-11-29T10:00:00.999Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
  })
  void hasAlwaysThreeDecimals(String time, String text) {
    assertThat(Rfc3339.text(Instant.parse(time))).isEqualTo(text);
    assertThat(Rfc3339.text(Instant.parse(text).toEpochMilli())).isEqualTo(text);
  }
}
