package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.schemas.Rfc3339;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An hour, day or week of a clinic's calendar. Where the clocks change, a day has 23 or 25 hours.
 *
 * @param name as {@code 2026-11-29T13:00Z}, {@code 2026-11-29} or {@code 2026-W48}; the database
 *     writes the same
 * @param whole whether all of it is in the window that was asked for
 */
record Bucket(String name, Instant from, Instant to, boolean whole) {
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm'Z'", Locale.ROOT);

  /** How long it is. */
  double hours() {
    return Duration.between(from, to).toSeconds() / 3600.0;
  }

  /** What an answer says of it. */
  record View(String from, String to, double hours, String timeZone, boolean whole) {}

  View view(ZoneId zone) {
    return new View(Rfc3339.text(from), Rfc3339.text(to), hours(), zone.getId(), whole);
  }

  /** The hours that a window touches, the first first. */
  static List<Bucket> hours(Window window, ZoneId zone) {
    List<Bucket> buckets = new ArrayList<>();
    // Zones of half an hour begin their hours when others are at the half.
    Instant from = window.from().atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
    while (from.isBefore(window.to())) {
      Instant to = from.plus(1, ChronoUnit.HOURS);
      boolean whole = !from.isBefore(window.from()) && !to.isAfter(window.to());
      buckets.add(new Bucket(HOUR.format(from.atOffset(ZoneOffset.UTC)), from, to, whole));
      from = to;
    }
    return buckets;
  }

  /** The days, or weeks, that a window touches, the first first. */
  static List<Bucket> in(Window window, boolean weeks, ZoneId zone) {
    List<Bucket> buckets = new ArrayList<>();
    LocalDate day = window.from().atZone(zone).toLocalDate();
    if (weeks) {
      day = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }
    while (start(day, zone).isBefore(window.to())) {
      LocalDate next = day.plusDays(weeks ? 7 : 1);
      Instant from = start(day, zone);
      Instant to = start(next, zone);
      // A zone that moved across the date line had no such day.
      if (from.isBefore(to)) {
        boolean whole = !from.isBefore(window.from()) && !to.isAfter(window.to());
        buckets.add(new Bucket(nameOf(day, weeks), from, to, whole));
      }
      day = next;
    }
    return buckets;
  }

  /** The name of the day, or of the week that it is in. */
  static String nameOf(LocalDate day, boolean weeks) {
    return weeks
        ? "%d-W%02d"
            .formatted(
                day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR))
        : day.toString();
  }

  private static Instant start(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }
}
