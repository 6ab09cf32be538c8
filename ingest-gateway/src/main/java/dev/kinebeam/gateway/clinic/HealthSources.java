package dev.kinebeam.gateway.clinic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * What an answer is made of: the weekly rows of whole weeks and the sessions of the rest, or the
 * sessions alone. The two never overlap and together are both windows.
 *
 * @param before the window of equal length before
 * @param beforeWeeks whole weeks of that one
 * @param presentWeeks whole weeks of the window itself
 * @param sessions the stretches of time whose sessions are read one by one
 * @param bounds lower bounds of the steps of the weeks' histograms, in ms; none without weeks
 */
record HealthSources(
    Window before,
    WholeWeeks beforeWeeks,
    WholeWeeks presentWeeks,
    List<Window> sessions,
    List<Long> bounds) {

  /**
   * Weeks where those that lie wholly in the windows hold more than {@code mostRead} sessions.
   * Weekly rows know no device, browser or connection: a breakdown by these takes the present
   * window from its sessions. Nor do they stand for weeks whose sessions are no longer kept, so
   * that the answer is the same by both ways.
   */
  static HealthSources choose(Handle handle, Window window, Optional<Dimension> by, long mostRead) {
    Duration length = Duration.between(window.from(), window.to());
    Window before = new Window(window.from().minus(length), window.from());
    HealthSources alone =
        new HealthSources(
            before,
            WholeWeeks.NONE,
            WholeWeeks.NONE,
            List.of(new Window(before.from(), window.to())),
            List.of());
    Instant keptFrom =
        handle
            .createQuery(VideoHealthSql.KEPT_FROM)
            .bind("before", Columns.utc(before.from()))
            .map((row, context) -> Columns.instant(row, "kept_from"))
            .one();
    boolean weekly = by.isEmpty() || by.get() == Dimension.EXERCISE;
    HealthSources weeks =
        ofWeeks(
            before,
            WholeWeeks.in(keptFrom, before.to()),
            weekly ? WholeWeeks.in(later(keptFrom, window.from()), window.to()) : WholeWeeks.NONE,
            window);
    if (weeks.beforeWeeks.isEmpty() && weeks.presentWeeks.isEmpty()) {
      return alone;
    }
    return weeks
        .bindWeeks(handle.createQuery(VideoHealthSql.COUNTED))
        .map(
            (row, context) ->
                row.getLong("sessions") > mostRead
                    ? weeks.in((Long[]) row.getArray("bounds").getArray())
                    : alone)
        .one();
  }

  private static HealthSources ofWeeks(
      Window before, WholeWeeks beforeWeeks, WholeWeeks presentWeeks, Window window) {
    List<Window> rest = new ArrayList<>(beforeWeeks.rest(before));
    for (Window next : presentWeeks.rest(window)) {
      int last = rest.size() - 1;
      // What meets at the border of the two windows is one stretch.
      if (last >= 0 && rest.get(last).to().equals(next.from())) {
        rest.set(last, new Window(rest.get(last).from(), next.to()));
      } else {
        rest.add(next);
      }
    }
    return new HealthSources(before, beforeWeeks, presentWeeks, List.copyOf(rest), List.of());
  }

  private HealthSources in(Long[] steps) {
    return new HealthSources(before, beforeWeeks, presentWeeks, sessions, List.of(steps));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  boolean byWeeks() {
    return !bounds.isEmpty();
  }

  /** How many places a histogram has: one below the first bound, one from each bound on. */
  int places() {
    return bounds.size() + 1;
  }

  Query bindWeeks(Query query) {
    return query
        .bind("beforeWeek", beforeWeeks.from())
        .bind("beforeWeekEnd", beforeWeeks.to())
        .bind("presentWeek", presentWeeks.from())
        .bind("presentWeekEnd", presentWeeks.to());
  }
}
