package dev.kinebeam.pipelines.upkeep;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * What is kept, in whole months before the present one.
 *
 * @param monthsAhead for how many months to come there are partitions
 * @param sessionMonths of sessions and stalls, at least {@link #LEAST_MONTHS}
 * @param weeklyMonths of the weekly counts, no less than of the sessions
 */
public record Retention(int monthsAhead, int sessionMonths, int weeklyMonths) {
  /** The database refuses to drop more, whatever it is asked. */
  public static final int LEAST_MONTHS = 3;

  private static final int MOST_AHEAD = 24;

  public Retention {
    if (monthsAhead < 1 || monthsAhead > MOST_AHEAD) {
      throw new IllegalArgumentException(
          "--ahead is " + monthsAhead + "; it must be from 1 to " + MOST_AHEAD);
    }
    if (sessionMonths < LEAST_MONTHS) {
      throw new IllegalArgumentException(
          "--keep-months is " + sessionMonths + "; it must be " + LEAST_MONTHS + " or more");
    }
    if (weeklyMonths < sessionMonths) {
      throw new IllegalArgumentException(
          "--keep-weekly-months is %d; it must not be less than --keep-months, %d"
              .formatted(weeklyMonths, sessionMonths));
    }
  }

  /** The first month whose sessions stay. */
  YearMonth sessionsFrom(YearMonth present) {
    return present.minusMonths(sessionMonths);
  }

  /** Weeks that began before this day go. */
  LocalDate weeksFrom(YearMonth present) {
    return present.minusMonths(weeklyMonths).atDay(1);
  }
}
