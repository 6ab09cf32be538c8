package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.clinic.HealthSources.Days;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HealthSourcesTest {
  private static final ZoneId ZONE = ZoneId.of("Europe/Bucharest");
  private static final LocalDate MONDAY = LocalDate.of(2026, 10, 19);

  /** A week whose last day has 25 hours, and the week before it. */
  private static final Window WINDOW =
      new Window(start(MONDAY), start(MONDAY.plusDays(7)))
          .comparedSince(start(MONDAY.minusDays(7)));

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZONE).toInstant();
  }

  private static List<LocalDate> all() {
    return IntStream.range(-20, 20).mapToObj(MONDAY::plusDays).toList();
  }

  private static Days days(List<LocalDate> counted, Instant keptFrom) {
    return Days.of(WINDOW, counted, keptFrom, ZONE);
  }

  @Test
  void wholeWindowsOfCountedDaysLeaveNothing() {
    Days days = days(all(), Instant.EPOCH);
    assertThat(days.before()).hasSize(7).startsWith(MONDAY.minusDays(7));
    assertThat(days.present()).hasSize(7).startsWith(MONDAY);
    assertThat(days.rest()).isEmpty();
  }

  @Test
  void whatIsNotCountedIsLeft() {
    List<LocalDate> counted = List.of(MONDAY.minusDays(7), MONDAY.minusDays(1), MONDAY.plusDays(6));
    assertThat(days(counted, Instant.EPOCH).rest())
        .containsExactly(
            new Window(start(MONDAY.minusDays(6)), start(MONDAY.minusDays(1))),
            new Window(start(MONDAY), start(MONDAY.plusDays(6))));
  }

  @Test
  void aDayThatABorderCutsIsNotUsed() {
    Window shifted = new Window(start(MONDAY).plusSeconds(1), start(MONDAY.plusDays(2)));
    Days days = Days.of(shifted, all(), Instant.EPOCH, ZONE);
    assertThat(days.present()).containsExactly(MONDAY.plusDays(1));
    assertThat(days.before()).containsExactly(MONDAY.minusDays(1));
    assertThat(days.rest())
        .containsExactly(
            new Window(shifted.before().from(), start(MONDAY.minusDays(1))),
            new Window(start(MONDAY), start(MONDAY.plusDays(1))));
  }

  @Test
  void daysThatAreNotKeptWhollyAreNotUsed() {
    Days days = days(all(), start(MONDAY).plus(Duration.ofSeconds(1)));
    assertThat(days.before()).isEmpty();
    assertThat(days.present()).hasSize(6);
    assertThat(days(all(), WINDOW.to()).isEmpty()).isTrue();
  }
}
