package dev.kinebeam.trials.past;

import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Conditions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One viewing by a patient.
 *
 * @param day of the clinic's zone
 * @param leavesAt where this person leaves the video, seconds; then {@code behaviour} is not asked
 */
record Visit(
    UUID sessionId,
    Clinics.Patient patient,
    LocalDate day,
    Instant begin,
    PastVideo video,
    Behaviour behaviour,
    Conditions conditions,
    OptionalDouble leavesAt) {

  /** Whether the video is played to its end. */
  boolean completes() {
    return leavesAt.isEmpty()
        && switch (behaviour) {
          case FINISHES, STALLS, PAUSES, SCRUBS, CHANGES_QUALITY -> true;
          default -> false;
        };
  }
}
