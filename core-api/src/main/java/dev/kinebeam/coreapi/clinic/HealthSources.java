package dev.kinebeam.coreapi.clinic;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an answer is computed from. Whatever it is, every session of the window and of the one
 * before is counted once.
 */
sealed interface HealthSources {
  /** The sessions of both windows alone. Percentiles are exact. */
  record OfSessions(Window window) implements HealthSources {
    @Override
    public List<Window> sessions() {
      return List.of(new Window(window.before().from(), window.to()));
    }

    @Override
    public List<Long> bounds() {
      return List.of();
    }

    @Override
    public String percentiles() {
      return VideoHealth.EXACT;
    }
  }

  /**
   * The weekly rows of whole weeks, and the sessions of the rest. Percentiles are of histograms.
   *
   * @param bounds lower bounds of the histograms' steps in ms
   */
  record OfWeeks(Weeks weeks, List<Long> bounds) implements HealthSources {
    @Override
    public List<Window> sessions() {
      return weeks.rest();
    }

    @Override
    public String percentiles() {
      return VideoHealth.NEARLY;
    }
  }

  /** The stretches of time whose sessions are read one by one. */
  List<Window> sessions();

  /** Lower bounds of the steps of histograms in ms; none where no histogram is read. */
  List<Long> bounds();

  /** How exact percentiles are, as the answer says it. */
  String percentiles();

  /**
   * The whole weeks of a window and of the one before it.
   *
   * @param before whole weeks of the window before
   * @param present whole weeks of the window itself
   */
  record Weeks(Window window, WholeWeeks before, WholeWeeks present) {

    /**
     * The weeks whose rows hold what the answer needs. Weekly rows know no day, device, browser or
     * connection: a breakdown by these takes the present window from its sessions. Nor are they
     * used for weeks whose sessions are no longer kept, so that both sources give one answer.
     *
     * @param keptFrom since when sessions are kept, not before the window before
     */
    static Weeks of(Window window, Optional<Dimension> by, Instant keptFrom, ZoneId zone) {
      boolean weekly = by.isEmpty() || by.get() == Dimension.EXERCISE;
      Instant start = keptFrom.isAfter(window.from()) ? keptFrom : window.from();
      return new Weeks(
          window,
          WholeWeeks.in(keptFrom, window.from(), zone),
          weekly ? WholeWeeks.in(start, window.to(), zone) : WholeWeeks.none(zone));
    }

    boolean isEmpty() {
      return before.isEmpty() && present.isEmpty();
    }

    /** What these weeks leave of both windows; what meets at their border is one stretch. */
    List<Window> rest() {
      List<Window> rest = new ArrayList<>(before.rest(window.before()));
      for (Window next : present.rest(window)) {
        int last = rest.size() - 1;
        if (last >= 0 && rest.get(last).to().equals(next.from())) {
          rest.set(last, new Window(rest.get(last).from(), next.to()));
        } else {
          rest.add(next);
        }
      }
      return List.copyOf(rest);
    }
  }
}
