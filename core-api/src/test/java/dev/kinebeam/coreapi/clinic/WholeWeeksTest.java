package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class WholeWeeksTest {
  private static final Instant MONDAY = Instant.parse("2026-11-16T00:00:00Z");

  private static Instant start(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  /** On both sides of UTC, with clocks that change, at midnight too, and by half an hour. */
  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(
            "UTC",
            "Europe/Bucharest",
            "America/New_York",
            "Africa/Cairo",
            "Pacific/Apia",
            "Australia/Lord_Howe")
        .map(ZoneId::of);
  }

  @Property
  void weeksAndTheirRestAreTheTime(
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long from,
      @ForAll @LongRange(min = 1, max = 40_000_000) long seconds,
      @ForAll("zones") ZoneId zone) {
    Window time =
        new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(from).plusSeconds(seconds));
    WholeWeeks weeks = WholeWeeks.in(time.from(), time.to(), zone);
    List<Window> rest = weeks.rest(time);
    Duration left =
        rest.stream()
            .map(part -> Duration.between(part.from(), part.to()))
            .reduce(Duration.ZERO, Duration::plus);
    Duration whole = Duration.between(start(weeks.from(), zone), start(weeks.to(), zone));
    assertThat(left.plus(whole)).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(left).isLessThan(Duration.ofDays(14).plusHours(4));
    assertThat(weeks.from().getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
    assertThat(weeks.to().getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
    if (!weeks.isEmpty()) {
      assertThat(start(weeks.from(), zone)).isBetween(time.from(), time.to());
      assertThat(start(weeks.to(), zone)).isBetween(time.from(), time.to());
    }
    for (Window part : rest) {
      assertThat(part.from()).isBefore(part.to());
      assertThat(part.from()).isBetween(time.from(), time.to());
      assertThat(part.to()).isBetween(time.from(), time.to());
    }
  }

  @Example
  void oneWeekIsWholeAndNothingIsLeft() {
    Window week = new Window(MONDAY, MONDAY.plus(Duration.ofDays(7)));
    WholeWeeks weeks = WholeWeeks.in(week.from(), week.to(), ZoneOffset.UTC);
    assertThat(weeks.isEmpty()).isFalse();
    assertThat(weeks.rest(week)).isEmpty();
  }

  @Example
  void aWeekThatLacksASecondIsNone() {
    Window almost = new Window(MONDAY.plusSeconds(1), MONDAY.plus(Duration.ofDays(7)));
    WholeWeeks weeks = WholeWeeks.in(almost.from(), almost.to(), ZoneOffset.UTC);
    assertThat(weeks.isEmpty()).isTrue();
    assertThat(weeks.rest(almost)).containsExactly(almost);
  }
}
