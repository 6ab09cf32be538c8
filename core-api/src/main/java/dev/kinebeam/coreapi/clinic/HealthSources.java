package dev.kinebeam.coreapi.clinic;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
   * The rows of counted days, and the sessions of the rest. Percentiles are of histograms.
   *
   * @param bounds lower bounds of the histograms' steps in ms
   */
  record OfDays(Days days, List<Long> bounds) implements HealthSources {
    @Override
    public List<Window> sessions() {
      return days.rest();
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
   * The counted days of a window and of the one before it.
   *
   * @param before days that lie wholly in the window before
   * @param present days that lie wholly in the window itself
   */
  record Days(Window window, ZoneId zone, List<LocalDate> before, List<LocalDate> present) {

    /**
     * Those of the counted days that the answer can be made from. Days whose sessions are no longer
     * kept are not, so that both sources give one answer.
     *
     * @param keptFrom since when sessions are kept
     */
    static Days of(Window window, Collection<LocalDate> counted, Instant keptFrom, ZoneId zone) {
      List<LocalDate> before = new ArrayList<>();
      List<LocalDate> present = new ArrayList<>();
      for (LocalDate day : new TreeSet<>(counted)) {
        if (start(day, zone).isBefore(keptFrom) || !isDay(day, zone)) {
          continue;
        }
        if (isIn(window, day, zone)) {
          present.add(day);
        } else if (isIn(window.before(), day, zone)) {
          before.add(day);
        }
      }
      return new Days(window, zone, List.copyOf(before), List.copyOf(present));
    }

    /** A zone that moved across the date line had days of no length. */
    private static boolean isDay(LocalDate day, ZoneId zone) {
      return start(day, zone).isBefore(start(day.plusDays(1), zone));
    }

    private static boolean isIn(Window window, LocalDate day, ZoneId zone) {
      return !start(day, zone).isBefore(window.from())
          && !start(day.plusDays(1), zone).isAfter(window.to());
    }

    private static Instant start(LocalDate day, ZoneId zone) {
      return day.atStartOfDay(zone).toInstant();
    }

    boolean isEmpty() {
      return before.isEmpty() && present.isEmpty();
    }

    /** What these days leave of both windows. */
    List<Window> rest() {
      List<LocalDate> days = new ArrayList<>(before);
      days.addAll(present);
      return rest(window.before().from(), days);
    }

    /** What these days leave of the window itself. */
    List<Window> restOfPresent() {
      return rest(window.from(), present);
    }

    /** The days that begin in the window and are not among these. */
    List<LocalDate> open() {
      Set<LocalDate> counted = Set.copyOf(present);
      List<LocalDate> open = new ArrayList<>();
      LocalDate day = window.from().atZone(zone).toLocalDate();
      for (; start(day, zone).isBefore(window.to()); day = day.plusDays(1)) {
        if (!counted.contains(day)
            && isDay(day, zone)
            && !start(day, zone).isBefore(window.from())) {
          open.add(day);
        }
      }
      return List.copyOf(open);
    }

    private List<Window> rest(Instant from, List<LocalDate> days) {
      List<Window> rest = new ArrayList<>();
      Instant cut = from;
      for (LocalDate day : days) {
        Instant begins = start(day, zone);
        if (cut.isBefore(begins)) {
          rest.add(new Window(cut, begins));
        }
        cut = start(day.plusDays(1), zone);
      }
      if (cut.isBefore(window.to())) {
        rest.add(new Window(cut, window.to()));
      }
      return List.copyOf(rest);
    }
  }
}
