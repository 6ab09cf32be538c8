package dev.kinebeam.coreapi.patients;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/** What one patient did in a window of days. */
record PatientFigures(Starts starts, Playing playing, Connection connection, Workouts workouts) {

  /**
   * How sessions began.
   *
   * @param sessions all of the window
   * @param asked those in which the patient asked to play
   * @param failed those with a fatal error before the first frame
   * @param last when the newest of all began, also before the window
   */
  record Starts(long sessions, long asked, long failed, Optional<Instant> last) {}

  /**
   * How they continued.
   *
   * @param started sessions that started to play
   * @param fatal those of them with a fatal error
   * @param ended those of them that are over
   * @param completed those of them that were completed
   * @param stoppedEarly those of them that were left at less than {@link Trouble#EARLY_PERCENT} %
   * @param incomplete sessions with missing events or counters that disagree
   */
  record Playing(
      long started,
      long fatal,
      long ended,
      long completed,
      long stoppedEarly,
      long stalls,
      double stalledSeconds,
      double watchedSeconds,
      long incomplete) {
    /** The share of the time in front of the video that was spent in stalls; 0 without any. */
    double stalledShare() {
      double all = watchedSeconds + stalledSeconds;
      return all == 0 ? 0 : stalledSeconds / all;
    }
  }

  /**
   * What the connection carried, by the last estimate of each session.
   *
   * @param usable the lesser of the median and the newest, in Mb/s; empty without samples
   */
  record Connection(long samples, Optional<Double> usable) {}

  /**
   * Workouts of the window up to today that the patient sees, or has completed.
   *
   * @param started those that were completed, or on whose day a session started to play
   * @param oldestOpen the day of the first one that is not completed
   * @param lastCompleted when the newest was completed, also before the window
   */
  record Workouts(
      long assigned,
      long started,
      long completed,
      Optional<LocalDate> oldestOpen,
      Optional<Instant> lastCompleted) {}
}
