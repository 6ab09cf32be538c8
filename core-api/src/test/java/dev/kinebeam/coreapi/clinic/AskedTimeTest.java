package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2026-W48, 2026-11-23",
    "2026-W01, 2025-12-29",
    "2026-W53, 2026-12-28",
    "2000-W01, 2000-01-03"
  })
  void aWeekBeginsOnItsMonday(String word, LocalDate monday) {
    assertThat(AskedTime.Week.parse(word)).isEqualTo(new AskedTime.Week(monday));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-W00", "2025-W53", "2026-W54", "2026-48", "1999-W01", "2026-w48", ""})
  void whatIsNoWeekIsRefused(String word) {
    assertThatThrownBy(() -> AskedTime.Week.parse(word))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The week of the change is longer than the week that it is compared with. */
  @Test
  void aWeekIsComparedWithTheCalendarWeekBeforeIt() {
    Window window = AskedTime.Week.parse("2026-W43").in(ZoneId.of("Europe/Bucharest"));
    assertThat(window.from()).isEqualTo(Instant.parse("2026-10-18T21:00:00Z"));
    assertThat(window.to()).isEqualTo(Instant.parse("2026-10-25T22:00:00Z"));
    assertThat(window.length().toHours()).isEqualTo(169);
    assertThat(window.before().from()).isEqualTo(Instant.parse("2026-10-11T21:00:00Z"));
    assertThat(window.before().length().toHours()).isEqualTo(168);
  }
}
