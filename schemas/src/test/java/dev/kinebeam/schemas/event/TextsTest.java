package dev.kinebeam.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The short way of reading a time beside the library's. */
class TextsTest {
  private static final long YEAR_2000 = 946_684_800L;
  private static final long YEAR_2100 = 4_102_444_800L;

  @Property
  void aTimeInUtcIsReadAsTheLibraryReadsIt(
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2100 - 1) long seconds,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nanos,
      @ForAll @IntRange(min = 0, max = 9) int digits) {
    String text = text(seconds, nanos, digits);
    assertThat(Texts.time(text))
        .as(text)
        .isEqualTo(OffsetDateTime.parse(text).toInstant().toEpochMilli());
  }

  private static String text(long seconds, int nanos, int digits) {
    String whole = Instant.ofEpochSecond(seconds).toString().replace("Z", "");
    return whole + (digits == 0 ? "" : "." + "%09d".formatted(nanos).substring(0, digits)) + "Z";
  }

  @Test
  void whatIsNotATimeIsEmpty() {
    for (String text :
        List.of(
            "",
            "Z",
            "2026-02-17T10:00:00",
            "2026-02-17T10:00:00.1234567890Z",
            "2026-02-17T10:00:00.12x4Z",
            "2026-02-17T24:00:00Z",
            "2026-02-30T10:00:00Z",
            "1999-12-31T23:59:59.999Z",
            "2100-01-01T00:00:00Z")) {
      assertThat(Texts.time(text)).as(text).isEqualTo(Long.MIN_VALUE);
    }
  }

  @Test
  void otherOffsetsAreTimesToo() {
    assertThat(Texts.time("2026-02-17T12:00:00.25+02:00"))
        .isEqualTo(Texts.time("2026-02-17T10:00:00.250Z"));
  }
}
