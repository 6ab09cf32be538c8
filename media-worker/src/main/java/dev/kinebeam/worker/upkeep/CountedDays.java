package dev.kinebeam.worker.upkeep;

import dev.kinebeam.catalog.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/**
 * Counts the days of clinics that are over, from which their figures are answered. Each is counted
 * in a transaction of its own, since writers of sessions wait for it. Harmless to repeat.
 */
public record CountedDays(Database database, Clock clock) {
  private static final int MOST_IN_A_RUN = 2_000;
  private static final Duration RECOUNTED = Duration.ofDays(14);

  private record Day(UUID org, LocalDate date) {}

  /** Counts days that are not counted; returns how many. */
  public int count() {
    List<Day> days =
        database.inTransaction(
            handle ->
                days(
                    handle
                        .createQuery("SELECT org, wanted AS day FROM uncounted_media_days(:most)")
                        .bind("most", MOST_IN_A_RUN)));
    days.forEach(this::count);
    return days.size();
  }

  /** Counts the last two weeks' counted days again; returns how many were not right. */
  public int recount() {
    LocalDate since = LocalDate.ofInstant(clock.instant().minus(RECOUNTED), ZoneOffset.UTC);
    List<Day> days =
        database.inTransaction(
            handle ->
                days(
                    handle
                        .createQuery("SELECT org, counted AS day FROM counted_media_days(:since)")
                        .bind("since", since)));
    return (int) days.stream().filter(this::count).count();
  }

  private static List<Day> days(Query query) {
    return query
        .map(
            (row, context) ->
                new Day(row.getObject("org", UUID.class), row.getObject("day", LocalDate.class)))
        .list();
  }

  /** Whether the day had been counted and was not right. */
  private boolean count(Day day) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT count_media_day(:org, :day)")
                .bind("org", day.org())
                .bind("day", day.date())
                .mapTo(Boolean.class)
                .one());
  }
}
