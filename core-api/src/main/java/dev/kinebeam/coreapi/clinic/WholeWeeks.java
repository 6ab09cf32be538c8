package dev.kinebeam.coreapi.clinic;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;

/**
 * The weeks, Monday to Monday in UTC, that lie wholly in a stretch of time.
 *
 * @param from the first Monday
 * @param to the Monday after the last; the same as {@code from} where there is no week
 */
record WholeWeeks(LocalDate from, LocalDate to) {
  private static final LocalDate SOME_MONDAY = LocalDate.of(2024, 1, 1);

  /** No week. */
  static final WholeWeeks NONE = new WholeWeeks(SOME_MONDAY, SOME_MONDAY);

  static WholeWeeks in(Instant from, Instant to) {
    LocalDate first = from.atOffset(ZoneOffset.UTC).toLocalDate();
    if (start(first).isBefore(from)) {
      first = first.plusDays(1);
    }
    first = first.with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY));
    LocalDate end =
        to.atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    return first.isBefore(end) ? new WholeWeeks(first, end) : NONE;
  }

  boolean isEmpty() {
    return from.equals(to);
  }

  /** What these weeks, all inside, leave of the time. */
  List<Window> rest(Window time) {
    List<Window> rest = new ArrayList<>();
    Instant cut = isEmpty() ? time.to() : start(from);
    if (time.from().isBefore(cut)) {
      rest.add(new Window(time.from(), cut));
    }
    if (!isEmpty() && start(to).isBefore(time.to())) {
      rest.add(new Window(start(to), time.to()));
    }
    return rest;
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
