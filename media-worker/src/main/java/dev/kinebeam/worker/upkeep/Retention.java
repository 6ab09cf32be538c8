package dev.kinebeam.worker.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * What is kept: of sessions and counts in whole months before the present one, of changes in days.
 *
 * @param monthsAhead for how many months to come there are partitions
 * @param sessionMonths of sessions and stalls, at least {@link #MIN_MONTHS}
 * @param weeklyMonths of the weekly counts, no less than of the sessions
 * @param changeDays of the changes of automations that the feed has published
 */
public record Retention(int monthsAhead, int sessionMonths, int weeklyMonths, int changeDays) {
  /** As the flags of {@code maintain} have it. */
  public static final Retention USUAL = new Retention(3, 13, 37, 30);

  /** The database refuses to drop more, whatever it is asked. */
  public static final int MIN_MONTHS = 3;

  private static final int MAX_AHEAD = 24;

  /** The database refuses to remove those of its last day, whatever it is asked. */
  private static final int MIN_DAYS = 2;

  public Retention {
    if (monthsAhead < 1 || monthsAhead > MAX_AHEAD) {
      throw new IllegalArgumentException(
          "--ahead is " + monthsAhead + "; it must be from 1 to " + MAX_AHEAD);
    }
    if (sessionMonths < MIN_MONTHS) {
      throw new IllegalArgumentException(
          "--keep-months is " + sessionMonths + "; it must be " + MIN_MONTHS + " or more");
    }
    if (weeklyMonths < sessionMonths) {
      throw new IllegalArgumentException(
          "--keep-weekly-months is %d; it must not be less than --keep-months, %d"
              .formatted(weeklyMonths, sessionMonths));
    }
    if (changeDays < MIN_DAYS) {
      throw new IllegalArgumentException(
          "--keep-change-days is " + changeDays + "; it must be " + MIN_DAYS + " or more");
    }
  }

  /** The first month whose sessions stay. */
  YearMonth sessionsFrom(YearMonth present) {
    return present.minusMonths(sessionMonths);
  }

  /** Changes of automations from before this moment go. */
  Instant changesFrom(Instant now) {
    return now.minus(Duration.ofDays(changeDays));
  }

  /** Weeks that began before this day go. */
  LocalDate weeksFrom(YearMonth present) {
    return present.minusMonths(weeklyMonths).atDay(1);
  }
}
