package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.clinic.HealthSources.Weeks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthSourcesTest {
  private static final Instant MONDAY = Instant.parse("2026-11-16T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  /** From Sunday to the Tuesday 16 days later: two whole weeks; before it one. */
  private static final Window WINDOW =
      new Window(MONDAY.minus(DAY), MONDAY.plus(Duration.ofDays(15)));

  private static Weeks weeks(Optional<Dimension> by, Instant keptFrom) {
    return Weeks.of(WINDOW, by, keptFrom, ZoneOffset.UTC);
  }

  @Test
  void whatTheWeeksLeaveMeetsAtTheBorder() {
    Weeks weeks = weeks(Optional.empty(), WINDOW.before().from());
    Instant firstWeek = MONDAY.minus(Duration.ofDays(14));
    assertThat(weeks.rest())
        .containsExactly(
            new Window(WINDOW.before().from(), firstWeek),
            new Window(MONDAY.minus(Duration.ofDays(7)), MONDAY),
            new Window(MONDAY.plus(Duration.ofDays(14)), WINDOW.to()));
  }

  @Test
  void aBreakdownThatWeeksDoNotKnowTakesThePresentFromSessions() {
    Weeks weeks = weeks(Optional.of(Dimension.DEVICE), WINDOW.before().from());
    assertThat(weeks.present().isEmpty()).isTrue();
    assertThat(weeks.before().isEmpty()).isFalse();
    assertThat(weeks(Optional.of(Dimension.EXERCISE), WINDOW.before().from()).present().isEmpty())
        .isFalse();
  }

  @Test
  void weeksThatAreNotKeptWhollyAreNotUsed() {
    Weeks weeks = weeks(Optional.empty(), MONDAY.plusSeconds(1));
    assertThat(weeks.before().isEmpty()).isTrue();
    assertThat(weeks.present())
        .isEqualTo(WholeWeeks.in(MONDAY.plus(Duration.ofDays(7)), WINDOW.to(), ZoneOffset.UTC));
    assertThat(weeks(Optional.empty(), WINDOW.to()).isEmpty()).isTrue();
  }
}
