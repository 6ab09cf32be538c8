package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What time a question is about, before it is known in which zone its clinic is. */
sealed interface AskedTime {
  /** A stretch between two moments. */
  record Between(Window window) implements AskedTime {
    @Override
    public Window in(ZoneId zone) {
      return window;
    }
  }

  /**
   * A calendar week; the window before it is the calendar week before it. Where the clocks change,
   * they have 167 or 169 hours.
   *
   * @param monday its first day
   */
  record Week(LocalDate monday) implements AskedTime {
    private static final Pattern FORM = Pattern.compile("(20[0-9]{2})-W([0-9]{2})");

    @Override
    public Window in(ZoneId zone) {
      return new Window(start(monday, zone), start(monday.plusWeeks(1), zone))
          .comparedSince(start(monday.minusWeeks(1), zone));
    }

    private static Instant start(LocalDate day, ZoneId zone) {
      return day.atStartOfDay(zone).toInstant();
    }

    /**
     * Reads {@code 2026-W48}.
     *
     * @throws IllegalArgumentException when it is not a week of the years 2000 to 2099
     */
    static Week parse(String word) {
      Matcher form = FORM.matcher(word);
      if (!form.matches()) {
        throw new IllegalArgumentException("not a week");
      }
      LocalDate inFirst = LocalDate.of(Integer.parseInt(form.group(1)), 1, 4);
      long week = Long.parseLong(form.group(2));
      if (!IsoFields.WEEK_OF_WEEK_BASED_YEAR.rangeRefinedBy(inFirst).isValidValue(week)) {
        throw new IllegalArgumentException("the year has no such week");
      }
      return new Week(inFirst.plusWeeks(week - 1).with(ChronoField.DAY_OF_WEEK, 1));
    }
  }

  /**
   * The week that is, or one so many weeks earlier.
   *
   * @param weeksAgo 0 is the present week
   */
  record WeekFromNow(Instant now, int weeksAgo) implements AskedTime {
    @Override
    public Window in(ZoneId zone) {
      LocalDate today = now.atZone(zone).toLocalDate();
      return new Week(today.with(ChronoField.DAY_OF_WEEK, 1).minusWeeks(weeksAgo)).in(zone);
    }
  }

  /**
   * The last calendar days, the present one among them; the window before it is as many calendar
   * days.
   */
  record Days(Instant now, int days) implements AskedTime {
    private static final int MOST = 100;

    @Override
    public Window in(ZoneId zone) {
      LocalDate tomorrow = now.atZone(zone).toLocalDate().plusDays(1);
      return new Window(start(tomorrow.minusDays(days), zone), start(tomorrow, zone))
          .comparedSince(start(tomorrow.minusDays(2L * days), zone));
    }

    private static Instant start(LocalDate day, ZoneId zone) {
      return day.atStartOfDay(zone).toInstant();
    }
  }

  /** As a window in a clinic's zone. */
  Window in(ZoneId zone);

  /** The names of the parameters that {@link #read} takes. */
  Set<String> PARAMETERS = Set.of("from", "to", "week", "days");

  /**
   * From {@code week}, which may be {@code this} or {@code last}, or {@code days}, or {@code from}
   * and {@code to} as {@link Window#read} has them.
   */
  static AskedTime read(Call call, Inputs inputs, Clock clock) {
    Optional<AskedTime> week =
        inputs.read(
            "week",
            "a week of the years 2000 to 2099 such as 2026-W48, or this, or last",
            word ->
                switch (word) {
                  case "this" -> new WeekFromNow(clock.instant(), 0);
                  case "last" -> new WeekFromNow(clock.instant(), 1);
                  default -> Week.parse(word);
                });
    Optional<AskedTime> days =
        inputs.number("days", 1, Days.MOST).map(number -> new Days(clock.instant(), number));
    for (String one : new String[] {"week", "days"}) {
      if (call.query(one).isPresent()) {
        for (String other : new String[] {"days", "from", "to"}) {
          if (!other.equals(one) && call.query(other).isPresent()) {
            inputs.reject(other, "not_allowed", "give " + one + ", or from and to, not both");
          }
        }
        return week.or(() -> days).orElseGet(() -> new Between(Window.NEVER));
      }
    }
    return new Between(Window.read(inputs, clock));
  }
}
