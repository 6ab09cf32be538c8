package dev.kinebeam.coreapi.clinic;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;

/**
 * The weeks, Monday to Monday in the clinic's zone, that lie wholly in a stretch of time.
 *
 * @param from the first Monday
 * @param to the Monday after the last; the same as {@code from} where there is no week
 */
record WholeWeeks(LocalDate from, LocalDate to, ZoneId zone) {
  private static final LocalDate SOME_MONDAY = LocalDate.of(2024, 1, 1);

  /** No week. */
  static WholeWeeks none(ZoneId zone) {
    return new WholeWeeks(SOME_MONDAY, SOME_MONDAY, zone);
  }

  static WholeWeeks in(Instant from, Instant to, ZoneId zone) {
    LocalDate first = from.atZone(zone).toLocalDate();
    if (start(first, zone).isBefore(from)) {
      first = first.plusDays(1);
    }
    first = first.with(TemporalAdjusters.nextOrSame(DayOfWeek.MONDAY));
    LocalDate end =
        to.atZone(zone).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    return first.isBefore(end) ? new WholeWeeks(first, end, zone) : none(zone);
  }

  boolean isEmpty() {
    return from.equals(to);
  }

  /** What these weeks, all inside, leave of the time. */
  List<Window> rest(Window time) {
    List<Window> rest = new ArrayList<>();
    Instant cut = isEmpty() ? time.to() : start(from, zone);
    if (time.from().isBefore(cut)) {
      rest.add(new Window(time.from(), cut));
    }
    if (!isEmpty() && start(to, zone).isBefore(time.to())) {
      rest.add(new Window(start(to, zone), time.to()));
    }
    return rest;
  }

  private static Instant start(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }
}
