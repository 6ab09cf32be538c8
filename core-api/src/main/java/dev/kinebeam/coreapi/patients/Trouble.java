package dev.kinebeam.coreapi.patients;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.coreapi.bandwidth.Rendition;
import dev.kinebeam.schemas.Words;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which trouble a patient had, the worst first; {@code docs/figures.md} defines each. Pure.
 */
final class Trouble {
  static final long MIN_STALLS = 3;
  static final double MIN_STALLED_SHARE = 0.02;
  static final long MIN_STOPS = 2;
  static final double MIN_STOPPED_SHARE = 0.5;
  static final double EARLY_PERCENT = 80;
  static final long INACTIVE_DAYS = 5;
  static final long MIN_SAMPLES = 3;

  private Trouble() {}

  /** A kind of trouble; the first is the worst. */
  enum Code {
    FAILED_START,
    FATAL_ERROR,
    STALLING,
    INACTIVE,
    STOPPED_EARLY,
    SLOW_CONNECTION;

    /** As answers hold it. */
    @JsonValue
    String word() {
      return Words.write(this);
    }
  }

  /**
   * Why a patient is in the list.
   *
   * @param count of what it is about: sessions, stalls or open workouts
   * @param n of how many
   * @param share of stalls in the time in front of the video; null for the others
   * @param days since the patient did something; null for the others
   * @param mbps what the connection carries; null for the others
   */
  record Reason(
      Code code,
      long count,
      long n,
      @Nullable Double share,
      @Nullable Long days,
      @Nullable Double mbps) {
    static Reason counted(Code code, long count, long n) {
      return new Reason(code, count, n, null, null, null);
    }
  }

  /** Every trouble of these figures, the worst first. */
  static List<Reason> of(PatientFigures figures, LocalDate today, ZoneId zone) {
    List<Reason> reasons = new ArrayList<>();
    PatientFigures.Starts starts = figures.starts();
    PatientFigures.Playing playing = figures.playing();
    if (starts.failed() > 0) {
      reasons.add(Reason.counted(Code.FAILED_START, starts.failed(), starts.asked()));
    }
    if (playing.fatal() > 0) {
      reasons.add(Reason.counted(Code.FATAL_ERROR, playing.fatal(), playing.started()));
    }
    double share = playing.stalledShare();
    if (playing.stalls() >= MIN_STALLS && share >= MIN_STALLED_SHARE) {
      reasons.add(
          new Reason(Code.STALLING, playing.stalls(), playing.started(), share, null, null));
    }
    inactive(figures, today, zone).ifPresent(reasons::add);
    if (playing.stoppedEarly() >= MIN_STOPS
        && playing.stoppedEarly() >= MIN_STOPPED_SHARE * playing.ended()) {
      reasons.add(Reason.counted(Code.STOPPED_EARLY, playing.stoppedEarly(), playing.ended()));
    }
    slow(figures.connection()).ifPresent(reasons::add);
    return List.copyOf(reasons);
  }

  /** Days are those of the clinic's zone, so that a change of the clocks makes none longer. */
  private static Optional<Reason> inactive(PatientFigures figures, LocalDate today, ZoneId zone) {
    PatientFigures.Workouts workouts = figures.workouts();
    if (workouts.oldestOpen().isEmpty()) {
      return Optional.empty();
    }
    LocalDate since =
        latest(figures.starts().last(), workouts.lastCompleted())
            .map(at -> LocalDate.ofInstant(at, zone))
            .orElse(workouts.oldestOpen().get());
    long days = ChronoUnit.DAYS.between(since, today);
    return days < INACTIVE_DAYS
        ? Optional.empty()
        : Optional.of(
            new Reason(
                Code.INACTIVE,
                workouts.assigned() - workouts.completed(),
                workouts.assigned(),
                null,
                days,
                null));
  }

  private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && (other.isEmpty() || one.get().isAfter(other.get())) ? one : other;
  }

  private static Optional<Reason> slow(PatientFigures.Connection connection) {
    return connection
        .usable()
        .filter(usable -> connection.samples() >= MIN_SAMPLES && usable < Rendition.HD.mbps())
        .map(
            usable ->
                new Reason(
                    Code.SLOW_CONNECTION,
                    connection.samples(),
                    connection.samples(),
                    null,
                    null,
                    usable));
  }

  /** Where a patient with such reasons belongs in a list: the least comes first. */
  static int rank(List<Reason> reasons) {
    List<Code> codes = List.of(Code.values());
    int worst = reasons.isEmpty() ? codes.size() : codes.indexOf(reasons.get(0).code());
    return worst * (codes.size() + 1) + codes.size() - reasons.size();
  }
}
