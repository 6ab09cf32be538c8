package dev.kinebeam.coreapi.patients;

import dev.kinebeam.schemas.Rfc3339;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Whole days of a clinic's zone up to now.
 *
 * @param first the day on which they begin
 * @param today the day that is not over
 * @param now exclusive; what began this second is inside
 */
record Days(LocalDate first, LocalDate today, Instant now, ZoneId zone) {

  /** Today and the days before it, so many in all. */
  static Days upTo(Instant now, int days, ZoneId zone) {
    LocalDate today = LocalDate.ofInstant(now, zone);
    return new Days(today.minusDays(days - 1L), today, now.plusSeconds(1), zone);
  }

  OffsetDateTime from() {
    return first.atStartOfDay(zone).toInstant().atOffset(ZoneOffset.UTC);
  }

  OffsetDateTime to() {
    return now.atOffset(ZoneOffset.UTC);
  }

  Range range() {
    return new Range(
        Rfc3339.text(from().toInstant()),
        Rfc3339.text(now),
        (int) (today.toEpochDay() - first.toEpochDay()) + 1,
        zone.getId());
  }

  /** The window as answers hold it. */
  record Range(String from, String to, int days, String timeZone) {}
}
